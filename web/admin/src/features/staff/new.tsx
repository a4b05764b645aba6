import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import type { StaffInvitation } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Section } from "../../shell/section.tsx";
import { invite, ROLES } from "./requests.ts";

const EMAIL_LENGTH_MAX = 254;
const NAME_LENGTH_MAX = 100;

/** Inviting somebody to run the shop. */
export default function InvitePage() {
  const translate = useTranslate();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [role, setRole] = useState<StaffInvitation["role"]>("staff");
  const deed = useDeed(invite, {
    done: "va.staff.invited",
    onDone: () => {
      void client.invalidateQueries({ queryKey: ["staff"] });
      navigate("/staff");
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    deed.act({ email: String(form.get("email")).trim(), name: String(form.get("name")).trim(), role });
  };
  return (
    <>
      <PageHead
        back={{ to: "/staff", label: translate("va.nav.staff") }}
        below={translate("va.staff.invite_lead")}
        title={translate("va.staff.invite")}
      />
      <Section title={translate("va.staff.account")}>
        <Box component="form" onSubmit={send} sx={{ display: "grid", gap: 2, p: 2, maxWidth: 560 }}>
          {deed.problem !== null && (
            <Alert severity="error">{translate(deed.problem, { _: deed.problem })}</Alert>
          )}
          <TextField
            label={translate("va.session.email")}
            name="email"
            required
            slotProps={{ htmlInput: { maxLength: EMAIL_LENGTH_MAX } }}
            type="email"
          />
          <TextField
            label={translate("va.staff.name")}
            name="name"
            required
            slotProps={{ htmlInput: { maxLength: NAME_LENGTH_MAX } }}
          />
          <RoleField onChange={setRole} value={role} />
          <Box>
            <Button disabled={deed.isDoing} type="submit" variant="contained">
              {translate("va.staff.invite_do")}
            </Button>
          </Box>
        </Box>
      </Section>
    </>
  );
}

/** One of the roles, with what it may do. */
export function RoleField({
  value,
  onChange,
  disabled = false,
}: {
  value: StaffInvitation["role"];
  onChange: (role: StaffInvitation["role"]) => void;
  disabled?: boolean;
}) {
  const translate = useTranslate();
  return (
    <TextField
      disabled={disabled}
      helperText={translate(`va.staff.role_text.${value}`)}
      label={translate("va.staff.role")}
      onChange={(event) => onChange(event.target.value as StaffInvitation["role"])}
      select
      value={value}
    >
      {ROLES.map((role) => (
        <MenuItem key={role} value={role}>
          {translate(`va.role.${role}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}
