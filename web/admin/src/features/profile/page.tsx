import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import type { StaffSession } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { session } from "../../api/session.ts";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Code } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { newSecret, removeFactor, setFactor, setPassword } from "./requests.ts";

const PASSWORD_LENGTH_MIN = 12;
const PASSWORD_LENGTH_MAX = 200;

/** What everybody decides about themselves: password and second factor. */
export default function ProfilePage() {
  const translate = useTranslate();
  const { data, error, refetch } = useRead(["own session"], session, { staleTime: 0 });
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  if (data === undefined || data === null) return <Waiting />;
  const again = () => void refetch();
  return (
    <>
      <PageHead
        below={`${data.email} · ${translate(`va.role.${data.role}`, { _: data.role })}`}
        title={data.name}
      />
      {data.second_factor === "missing" && (
        <Alert severity="warning" sx={{ mb: 2.5 }}>
          {translate("va.profile.missing")}
        </Alert>
      )}
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { md: "1fr 1fr" }, alignItems: "start" }}>
        <Factor again={again} session={data} />
        <Password again={again} />
      </Box>
    </>
  );
}

/** A password field of this page's forms. */
function PasswordField({ name, label, isNew = false }: { name: string; label: string; isNew?: boolean }) {
  return (
    <TextField
      autoComplete={isNew ? "new-password" : "current-password"}
      label={label}
      name={name}
      required
      slotProps={{
        htmlInput: { maxLength: PASSWORD_LENGTH_MAX, ...(isNew ? { minLength: PASSWORD_LENGTH_MIN } : {}) },
      }}
      type="password"
    />
  );
}

function Password({ again }: { again: () => void }) {
  const translate = useTranslate();
  const [round, setRound] = useState(0);
  const deed = useDeed(setPassword, {
    done: "va.profile.password_saved",
    onDone: () => {
      setRound(round + 1);
      again();
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    deed.act({ current_password: String(form.get("current")), password: String(form.get("password")) });
  };
  return (
    <Section title={translate("va.session.password")}>
      <Box component="form" key={round} onSubmit={send} sx={{ display: "grid", gap: 2, p: 2 }}>
        {deed.problem !== null && (
          <Alert severity="error">{translate(deed.problem, { _: deed.problem })}</Alert>
        )}
        <PasswordField label={translate("va.profile.current")} name="current" />
        <PasswordField isNew label={translate("va.profile.new_password")} name="password" />
        <Typography color="textSecondary" sx={{ fontSize: 14 }}>
          {translate("va.profile.ends_others")}
        </Typography>
        <Box>
          <Button disabled={deed.isDoing} type="submit" variant="contained">
            {translate("va.profile.save_password")}
          </Button>
        </Box>
      </Box>
    </Section>
  );
}

function Factor({ session: { second_factor }, again }: { session: StaffSession; again: () => void }) {
  const translate = useTranslate();
  const { data: secret, refetch } = useRead(["own secret"], newSecret, { enabled: false, gcTime: 0 });
  const set = useDeed(setFactor, { done: "va.profile.factor_set", onDone: again });
  const remove = useDeed(removeFactor, { done: "va.profile.factor_removed", onDone: again });
  const isOn = second_factor === "on";
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const current_password = String(form.get("factor-current"));
    if (isOn) remove.act({ current_password });
    else if (secret !== undefined)
      set.act({
        current_password,
        secret: secret.secret,
        code: String(form.get("code")).replaceAll(" ", ""),
      });
  };
  const problem = set.problem ?? remove.problem;
  return (
    <Section title={translate("va.staff.factor")}>
      <Box component="form" onSubmit={send} sx={{ display: "grid", gap: 2, p: 2 }}>
        {problem !== null && <Alert severity="error">{translate(problem, { _: problem })}</Alert>}
        <Typography>{translate(isOn ? "va.profile.factor_on" : "va.profile.factor_text")}</Typography>
        {!isOn && secret === undefined && (
          <Box>
            <Button onClick={() => void refetch()} variant="contained">
              {translate("va.profile.set_up")}
            </Button>
          </Box>
        )}
        {!isOn && secret !== undefined && (
          <>
            <Box
              alt={translate("va.profile.qr")}
              component="img"
              src={`data:image/svg+xml,${encodeURIComponent(secret.qr_svg)}`}
              sx={{ width: 200, height: 200, borderRadius: 1 }}
            />
            <Typography sx={{ fontSize: 14 }}>
              {translate("va.profile.by_hand")} <Code>{secret.secret}</Code>
            </Typography>
            <TextField
              autoComplete="one-time-code"
              label={translate("va.session.code")}
              name="code"
              required
              slotProps={{ htmlInput: { inputMode: "numeric", maxLength: 12 } }}
            />
          </>
        )}
        {(isOn || secret !== undefined) && (
          <>
            <PasswordField label={translate("va.profile.current")} name="factor-current" />
            <Box>
              <Button
                color={isOn ? "error" : "primary"}
                disabled={set.isDoing || remove.isDoing}
                type="submit"
                variant={isOn ? "outlined" : "contained"}
              >
                {translate(isOn ? "va.profile.remove" : "va.profile.turn_on")}
              </Button>
            </Box>
          </>
        )}
      </Box>
    </Section>
  );
}
