import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import type { StaffAccount, StaffAccountChange } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Missing, Problem } from "../../shell/problems.tsx";
import { Question } from "../../shell/question.tsx";
import { Section } from "../../shell/section.tsx";
import { Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { stateOf } from "./list.tsx";
import { RoleField } from "./new.tsx";
import { changeAccount, readAccounts, resetFactor, sendLink } from "./requests.ts";

const NAME_LENGTH_MAX = 100;

/** One person who runs the shop. */
export default function StaffPage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useRead(["staff accounts"], readAccounts);
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const account = data.items.find((each) => each.id === id);
  return account === undefined ? <Missing /> : <Account account={account} key={account.id} />;
}

function Account({ account }: { account: StaffAccount }) {
  const translate = useTranslate();
  return (
    <>
      <PageHead
        back={{ to: "/staff", label: translate("va.nav.staff") }}
        below={account.email}
        beside={<Status value={stateOf(account)} />}
        title={account.name}
      />
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { md: "1fr 1fr" }, alignItems: "start" }}>
        <Work account={account} />
        <Access account={account} />
      </Box>
    </>
  );
}

/** Return what reads the accounts again after a change. */
function useAgain(): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ["staff accounts"] });
    void client.invalidateQueries({ queryKey: ["staff"] });
  };
}

function Work({ account }: { account: StaffAccount }) {
  const translate = useTranslate();
  const mayWrite = useMay()("staff.write");
  const [role, setRole] = useState(account.role);
  const [mustHave, setMustHave] = useState(account.must_have_factor);
  const again = useAgain();
  const save = useDeed((change: StaffAccountChange) => changeAccount(account.id, change), {
    done: "va.staff.saved",
    onDone: again,
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
    save.act({ name, role, must_have_factor: mustHave });
  };
  return (
    <Section title={translate("va.staff.work")}>
      <Box component="form" onSubmit={send} sx={{ display: "grid", gap: 2, p: 2 }}>
        {save.problem !== null && (
          <Alert severity="error">{translate(save.problem, { _: save.problem })}</Alert>
        )}
        <TextField
          defaultValue={account.name}
          disabled={!mayWrite}
          label={translate("va.staff.name")}
          name="name"
          required
          slotProps={{ htmlInput: { maxLength: NAME_LENGTH_MAX } }}
        />
        <RoleField disabled={!mayWrite} onChange={setRole} value={role} />
        <FormControlLabel
          control={<Switch checked={mustHave} disabled={!mayWrite} onChange={(_, on) => setMustHave(on)} />}
          label={translate("va.staff.must_have")}
        />
        {mayWrite && (
          <Box>
            <Button disabled={save.isDoing} type="submit" variant="contained">
              {translate("va.action.save")}
            </Button>
          </Box>
        )}
      </Box>
    </Section>
  );
}

function Access({ account }: { account: StaffAccount }) {
  const translate = useTranslate();
  const mayWrite = useMay()("staff.write");
  const [asked, setAsked] = useState<"disable" | "factor" | null>(null);
  const again = useAgain();
  const close = () => setAsked(null);
  const link = useDeed(() => sendLink(account.id), { done: "va.staff.link_sent", tells: true });
  const enable = useDeed((is_disabled: boolean) => changeAccount(account.id, { is_disabled }), {
    done: account.is_disabled ? "va.staff.enabled" : "va.staff.disabled",
    onDone: () => {
      again();
      close();
    },
  });
  const factor = useDeed(() => resetFactor(account.id), {
    done: "va.staff.factor_reset",
    onDone: () => {
      again();
      close();
    },
  });
  return (
    <Section title={translate("va.staff.access")}>
      <Box sx={{ display: "grid", gap: 1.5, p: 2, justifyItems: "start" }}>
        <span>
          {translate(account.has_second_factor ? "va.staff.factor_on_text" : "va.staff.factor_off_text")}
        </span>
        {mayWrite && !account.is_disabled && (
          <Button disabled={link.isDoing} onClick={() => link.act(undefined)} variant="outlined">
            {translate(account.is_invited ? "va.staff.link_again" : "va.staff.link")}
          </Button>
        )}
        {mayWrite && account.has_second_factor && (
          <Button onClick={() => setAsked("factor")} variant="outlined">
            {translate("va.staff.reset_factor")}
          </Button>
        )}
        {mayWrite && account.is_disabled && (
          <Button disabled={enable.isDoing} onClick={() => enable.act(false)} variant="outlined">
            {translate("va.staff.enable")}
          </Button>
        )}
        {mayWrite && !account.is_disabled && (
          <Button color="error" onClick={() => setAsked("disable")} variant="outlined">
            {translate("va.staff.disable")}
          </Button>
        )}
      </Box>
      <Question
        danger
        doLabel={translate("va.staff.disable")}
        isDoing={enable.isDoing}
        onClose={close}
        onDo={() => enable.act(true)}
        open={asked === "disable"}
        problem={enable.problem}
        title={translate("va.staff.disable_ask", { name: account.name })}
      >
        {translate("va.staff.disable_text")}
      </Question>
      <Question
        danger
        doLabel={translate("va.staff.reset_factor")}
        isDoing={factor.isDoing}
        onClose={close}
        onDo={() => factor.act(undefined)}
        open={asked === "factor"}
        problem={factor.problem}
        title={translate("va.staff.reset_factor_ask", { name: account.name })}
      >
        {translate("va.staff.reset_factor_text")}
      </Question>
    </Section>
  );
}
