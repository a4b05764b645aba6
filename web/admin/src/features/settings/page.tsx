import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import type { Settings } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { Link } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { type Capture, codesOf, documentOf, draftOf, type SettingsDraft, Unreadable } from "./draft.ts";
import { Example } from "./example.tsx";
import { Field, Row } from "./fields.tsx";
import { HELD, readSettings, saveSettings } from "./requests.ts";
import { Taxes } from "./taxes.tsx";
import { Zones } from "./zones.tsx";

const ADDRESS_LINES = 3;

/** Who sells, what tax, what shipping. */
export default function SettingsPage() {
  const { data, error, refetch } = useRead(HELD, readSettings);
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return <Form held={data} key={data.version} />;
}

function Form({ held }: { held: Settings }) {
  const translate = useTranslate();
  const client = useQueryClient();
  const mayWrite = useMay()("settings.write");
  const [draft, setDraft] = useState<SettingsDraft>(() => draftOf(held.settings));
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const save = useDeed(saveSettings, {
    done: "va.settings.saved",
    onDone: (saved) => client.setQueryData(HELD, saved),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    setUnreadable(null);
    try {
      save.act({ version: held.version, settings: documentOf(draft) });
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      setUnreadable(problem.message);
    }
  };
  const shared = { currencies: codesOf(draft.currencies), locales: draft.locales, disabled: !mayWrite };
  return (
    <Box component="form" onSubmit={send}>
      <PageHead
        actions={
          <>
            <Button component={Link} to="/settings/versions">
              {translate("va.settings.versions")}
            </Button>
            {mayWrite && (
              <Button disabled={save.isDoing} type="submit" variant="contained">
                {translate("va.action.save")}
              </Button>
            )}
          </>
        }
        below={translate(mayWrite ? "va.settings.lead" : "va.settings.read_only")}
        title={translate("va.nav.settings")}
      />
      <Box sx={{ display: "grid", gap: 2.5 }}>
        {save.problem !== null && (
          <Alert severity="error">{translate(save.problem, { _: save.problem })}</Alert>
        )}
        {unreadable !== null && (
          <Alert severity="error">{translate("va.settings.unreadable", { place: unreadable })}</Alert>
        )}
        {held.needs_restart && <Alert severity="info">{translate("va.settings.restart")}</Alert>}
        <Shop disabled={!mayWrite} draft={draft} onChange={setDraft} />
        <Zones {...shared} onChange={(zones) => setDraft({ ...draft, zones })} zones={draft.zones} />
        <Taxes disabled={!mayWrite} onChange={(taxes) => setDraft({ ...draft, taxes })} taxes={draft.taxes} />
        <Example draft={draft} />
      </Box>
    </Box>
  );
}

interface ShopProps {
  readonly draft: SettingsDraft;
  readonly onChange: (draft: SettingsDraft) => void;
  readonly disabled: boolean;
}

function Shop({ draft, onChange, disabled }: ShopProps) {
  const translate = useTranslate();
  const field = (name: "name" | "email" | "legalName" | "address" | "taxNumber" | "home" | "returnDays") => ({
    disabled,
    value: draft[name],
    onChange: (value: string) => onChange({ ...draft, [name]: value }),
  });
  return (
    <Section title={translate("va.settings.shop")}>
      <Box sx={{ display: "grid", gap: 2, p: 2 }}>
        <Row>
          <Field {...field("name")} label={translate("va.settings.shop_name")} required />
          <Field {...field("email")} label={translate("va.settings.email")} required />
          <Field
            disabled={disabled}
            help={translate("va.settings.codes_help", { example: "EUR, USD" })}
            label={translate("va.settings.currencies")}
            onChange={(currencies) => onChange({ ...draft, currencies })}
            required
            value={draft.currencies}
          />
        </Row>
        <Row>
          <Field
            {...field("legalName")}
            help={translate("va.settings.legal_help")}
            label={translate("va.settings.legal_name")}
          />
          <Field {...field("address")} label={translate("va.settings.address")} lines={ADDRESS_LINES} />
          <Field {...field("taxNumber")} label={translate("va.settings.tax_number")} />
        </Row>
        <Row>
          <Field {...field("home")} label={translate("va.settings.home")} required />
          <Field {...field("returnDays")} isNumber label={translate("va.settings.return_days")} required />
          <TextField
            disabled={disabled}
            helperText={translate("va.settings.capture_help")}
            label={translate("va.settings.capture")}
            onChange={(event) => onChange({ ...draft, capture: event.target.value as Capture })}
            select
            value={draft.capture}
          >
            <MenuItem value="automatic">{translate("va.settings.capture_as.automatic")}</MenuItem>
            <MenuItem value="manual">{translate("va.settings.capture_as.manual")}</MenuItem>
          </TextField>
        </Row>
      </Box>
    </Section>
  );
}
