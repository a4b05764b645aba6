import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import { useTranslate } from "ra-core";
import { Section } from "../../shell/section.tsx";
import { newId, type TaxDraft } from "./draft.ts";
import { Field, Part, RemoveButton, Row, replaced, without } from "./fields.tsx";

const CLASSES = ["standard", "reduced"];

interface Props {
  readonly taxes: readonly TaxDraft[];
  readonly onChange: (taxes: readonly TaxDraft[]) => void;
  readonly disabled: boolean;
}

/** Which countries pay which tax. */
export function Taxes({ taxes, onChange, disabled }: Props) {
  const translate = useTranslate();
  const add = () =>
    onChange([
      ...taxes,
      { id: newId(), countries: "", label: "", included: true, rates: { standard: "", reduced: "" } },
    ]);
  return (
    <Section
      actions={!disabled && <Button onClick={add}>{translate("va.settings.add_tax")}</Button>}
      title={translate("va.settings.taxes")}
    >
      <Box sx={{ display: "grid", gap: 2, p: 2, gridTemplateColumns: { lg: "1fr 1fr" } }}>
        {taxes.map((tax, index) => (
          <Tax
            disabled={disabled}
            key={tax.id}
            onChange={(changed) => onChange(replaced(taxes, index, changed))}
            onRemove={() => onChange(without(taxes, index))}
            tax={tax}
          />
        ))}
      </Box>
    </Section>
  );
}

interface TaxProps {
  readonly tax: TaxDraft;
  readonly onChange: (tax: TaxDraft) => void;
  readonly onRemove: () => void;
  readonly disabled: boolean;
}

function Tax({ tax, onChange, onRemove, disabled }: TaxProps) {
  const translate = useTranslate();
  const name = `${tax.label} ${tax.countries}`.trim();
  const classes = [...new Set([...CLASSES, ...Object.keys(tax.rates)])];
  return (
    <Part title={translate("va.settings.tax_of", { name })}>
      <Row>
        <Field
          disabled={disabled}
          help={translate("va.settings.codes_help", { example: "ES, PT" })}
          label={translate("va.settings.countries")}
          onChange={(countries) => onChange({ ...tax, countries })}
          required
          value={tax.countries}
        />
        <Field
          disabled={disabled}
          label={translate("va.settings.label")}
          onChange={(label) => onChange({ ...tax, label })}
          required
          value={tax.label}
        />
      </Row>
      <Row>
        {classes.map((each) => (
          <Field
            disabled={disabled}
            isNumber
            key={each}
            label={translate("va.settings.rate", { name: each })}
            onChange={(percent) => onChange({ ...tax, rates: { ...tax.rates, [each]: percent } })}
            required={each === "standard"}
            value={tax.rates[each] ?? ""}
          />
        ))}
      </Row>
      <FormControlLabel
        control={
          <Switch
            checked={tax.included}
            disabled={disabled}
            onChange={(_, included) => onChange({ ...tax, included })}
          />
        }
        label={translate("va.settings.included")}
      />
      {!disabled && <RemoveButton name={name} onRemove={onRemove} />}
    </Part>
  );
}
