import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { ExampleSums, SettingsPreview } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { type ReactNode, useEffect, useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { Section } from "../../shell/section.tsx";
import { type Column, Table } from "../../shell/table.tsx";
import { Amount } from "../../shell/values.tsx";
import { codesOf, countriesOf, documentOf, percentOf, type SettingsDraft, Unreadable } from "./draft.ts";
import { Field, Row } from "./fields.tsx";
import { previewSettings } from "./requests.ts";

const QUANTITY_MAX = 999;

/** An example purchase under the settings that hold and under those of the form, computed by the shop. */
export function Example({ draft }: { draft: SettingsDraft }) {
  const translate = useTranslate();
  const locale = useLocale();
  const [wish, setWish] = useState({ country: "", currency: "", sku: "", quantity: "1" });
  const [shown, setShown] = useState<SettingsPreview | null>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const show = useDeed(previewSettings, { onDone: setShown });
  const countries = countriesOf(draft);
  const currencies = codesOf(draft.currencies);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another draft or wish is what ends the sums
  useEffect(() => setShown(null), [draft, wish]);
  const country = countries.includes(wish.country) ? wish.country : (countries[0] ?? "");
  const currency = currencies.includes(wish.currency) ? wish.currency : (currencies[0] ?? "");
  const names = new Intl.DisplayNames(locale, { type: "region" });
  const ask = () => {
    setUnreadable(null);
    const quantity = Math.min(Math.max(Math.trunc(Number(wish.quantity)) || 1, 1), QUANTITY_MAX);
    try {
      const settings = documentOf(draft);
      show.act({ settings, example: { country, currency, sku: wish.sku.trim(), quantity } });
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      setUnreadable(problem.message);
    }
  };
  return (
    <Section title={translate("va.settings.try")}>
      <Box sx={{ display: "grid", gap: 2, p: 2, pt: 0 }}>
        <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
          {translate("va.settings.try_help")}
        </Box>
        <Row>
          <Choice
            label={translate("va.settings.country")}
            nameOf={(code) => names.of(code) ?? code}
            onChange={(chosen) => setWish({ ...wish, country: chosen })}
            options={countries}
            value={country}
          />
          <Choice
            label={translate("va.settings.currency")}
            nameOf={(code) => code}
            onChange={(chosen) => setWish({ ...wish, currency: chosen })}
            options={currencies}
            value={currency}
          />
          <Field
            disabled={false}
            help={translate("va.settings.sku_help")}
            label={translate("va.settings.sku")}
            onChange={(sku) => setWish({ ...wish, sku })}
            value={wish.sku}
          />
          <Field
            disabled={false}
            isNumber
            label={translate("va.settings.quantity")}
            onChange={(quantity) => setWish({ ...wish, quantity })}
            value={wish.quantity}
          />
        </Row>
        <Button disabled={show.isDoing} onClick={ask} sx={{ justifySelf: "start" }} variant="outlined">
          {translate("va.settings.show")}
        </Button>
        {unreadable !== null && (
          <Alert severity="error">{translate("va.settings.unreadable", { place: unreadable })}</Alert>
        )}
        {show.problem !== null && (
          <Alert severity="error">{translate(show.problem, { _: show.problem })}</Alert>
        )}
      </Box>
      <Box aria-live="polite">{shown !== null && <Sums shown={shown} />}</Box>
    </Section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly nameOf: (option: string) => string;
  readonly onChange: (option: string) => void;
}

function Choice({ label, value, options, nameOf, onChange }: ChoiceProps) {
  return (
    <TextField label={label} onChange={(event) => onChange(event.target.value)} select value={value}>
      {options.map((option) => (
        <MenuItem key={option} value={option}>
          {nameOf(option)}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface Line {
  readonly name: string;
  readonly of: (sums: ExampleSums) => ReactNode;
}

function Sums({ shown }: { shown: SettingsPreview }) {
  const translate = useTranslate();
  const { before, after, title, quantity } = shown;
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  const lines: readonly Line[] = [
    { name: "subtotal", of: (sums) => <Amount value={sums.subtotal} /> },
    {
      name: "shipping",
      of: ({ shipping }) =>
        shipping === null ? (
          translate("va.settings.not_sent")
        ) : (
          <>
            <Amount value={shipping.price} />
            <Small>{shipping.label}</Small>
          </>
        ),
    },
    { name: "tax", of: (sums) => <Tax sums={sums} /> },
    {
      name: "total",
      of: (sums) => (
        <strong>
          <Amount value={sums.total} />
        </strong>
      ),
    },
  ];
  const columns: readonly Column<Line>[] = [
    {
      name: "part",
      title: translate("va.settings.example", { quantity, title }),
      cell: ({ name }) => translate(`va.settings.${name}`),
    },
    { name: "now", title: translate("va.settings.now"), numeric: true, cell: (line) => line.of(before) },
    { name: "then", title: translate("va.settings.after"), numeric: true, cell: (line) => line.of(after) },
  ];
  return (
    <>
      {isSame && (
        <Alert severity="info" sx={{ mx: 2, mb: 2 }}>
          {translate("va.settings.same")}
        </Alert>
      )}
      <Table
        caption={translate("va.settings.try")}
        columns={columns}
        keyOf={({ name }) => name}
        rows={lines}
      />
    </>
  );
}

function Tax({ sums }: { sums: ExampleSums }) {
  const translate = useTranslate();
  const rates = sums.taxes.map((tax) => `${tax.label} ${percentOf(tax.rate_ppm)} %`).join(", ");
  const words = sums.tax_included ? "va.settings.tax_included" : "va.settings.tax_added";
  return (
    <>
      <Amount value={sums.tax_total} />
      <Small>{rates === "" ? translate("va.settings.no_tax") : translate(words, { taxes: rates })}</Small>
    </>
  );
}

function Small({ children }: { children: ReactNode }) {
  return (
    <Box component="span" sx={{ display: "block", color: "text.secondary", fontSize: 13 }}>
      {children}
    </Box>
  );
}
