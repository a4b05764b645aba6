import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useTranslate } from "ra-core";
import { Section } from "../../shell/section.tsx";
import { type MethodDraft, newId, newMethod, type StepDraft, type ZoneDraft } from "./draft.ts";
import { Field, Part, PriceFields, RemoveButton, Row, replaced, without } from "./fields.tsx";

interface Shared {
  readonly currencies: readonly string[];
  readonly locales: readonly string[];
  readonly disabled: boolean;
}

interface Props extends Shared {
  readonly zones: readonly ZoneDraft[];
  readonly onChange: (zones: readonly ZoneDraft[]) => void;
}

/** Where orders go, how, and at what price. */
export function Zones({ zones, onChange, ...shared }: Props) {
  const translate = useTranslate();
  const add = () =>
    onChange([...zones, { id: newId(), name: "", countries: "", methods: [newMethod(shared.locales)] }]);
  return (
    <Section
      actions={!shared.disabled && <Button onClick={add}>{translate("va.settings.add_zone")}</Button>}
      title={translate("va.settings.zones")}
    >
      <Box sx={{ display: "grid", gap: 2, p: 2 }}>
        {zones.map((zone, index) => (
          <Zone
            {...shared}
            key={zone.id}
            onChange={(changed) => onChange(replaced(zones, index, changed))}
            onRemove={() => onChange(without(zones, index))}
            zone={zone}
          />
        ))}
      </Box>
    </Section>
  );
}

interface ZoneProps extends Shared {
  readonly zone: ZoneDraft;
  readonly onChange: (zone: ZoneDraft) => void;
  readonly onRemove: () => void;
}

function Zone({ zone, onChange, onRemove, ...shared }: ZoneProps) {
  const translate = useTranslate();
  const { disabled, locales } = shared;
  const setMethods = (methods: readonly MethodDraft[]) => onChange({ ...zone, methods });
  return (
    <Part title={`${translate("va.settings.zone_name")} ${zone.name}`}>
      <Row>
        <Field
          disabled={disabled}
          label={translate("va.settings.zone_name")}
          onChange={(name) => onChange({ ...zone, name })}
          required
          value={zone.name}
        />
        <Field
          disabled={disabled}
          help={translate("va.settings.codes_help", { example: "ES, PT, *" })}
          label={translate("va.settings.countries")}
          onChange={(countries) => onChange({ ...zone, countries })}
          required
          value={zone.countries}
        />
      </Row>
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: { lg: "1fr 1fr" }, alignItems: "start" }}>
        {zone.methods.map((method, index) => (
          <Method
            {...shared}
            key={method.id}
            method={method}
            onChange={(changed) => setMethods(replaced(zone.methods, index, changed))}
            onRemove={() => setMethods(without(zone.methods, index))}
          />
        ))}
      </Box>
      {!disabled && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
          <Button
            onClick={() => setMethods([...zone.methods, newMethod(locales)])}
            size="small"
            variant="outlined"
          >
            {translate("va.settings.add_method")}
          </Button>
          <RemoveButton name={zone.name} onRemove={onRemove} />
        </Box>
      )}
    </Part>
  );
}

interface MethodProps extends Shared {
  readonly method: MethodDraft;
  readonly onChange: (method: MethodDraft) => void;
  readonly onRemove: () => void;
}

function Method({ method, onChange, onRemove, currencies, locales, disabled }: MethodProps) {
  const translate = useTranslate();
  return (
    <Part title={`${translate("va.settings.method")} ${method.key}`}>
      <Row>
        <Field
          disabled={disabled}
          help={translate("va.settings.key_help")}
          label={translate("va.settings.key")}
          onChange={(key) => onChange({ ...method, key })}
          required
          value={method.key}
        />
        {locales.map((locale) => (
          <Field
            disabled={disabled}
            key={locale}
            label={translate("va.settings.name_in", { locale })}
            onChange={(label) => onChange({ ...method, labels: { ...method.labels, [locale]: label } })}
            value={method.labels[locale] ?? ""}
          />
        ))}
      </Row>
      <Row narrow>
        <Field
          disabled={disabled}
          isNumber
          label={translate("va.settings.days_min")}
          onChange={(daysMin) => onChange({ ...method, daysMin })}
          required
          value={method.daysMin}
        />
        <Field
          disabled={disabled}
          isNumber
          label={translate("va.settings.days_max")}
          onChange={(daysMax) => onChange({ ...method, daysMax })}
          required
          value={method.daysMax}
        />
        <TextField
          disabled={disabled}
          label={translate("va.settings.kind")}
          onChange={(event) => onChange({ ...method, isFlat: event.target.value === "flat" })}
          select
          value={method.isFlat ? "flat" : "steps"}
        >
          <MenuItem value="flat">{translate("va.settings.flat")}</MenuItem>
          <MenuItem value="steps">{translate("va.settings.by_weight")}</MenuItem>
        </TextField>
      </Row>
      {method.isFlat ? (
        <Row narrow>
          <PriceFields
            currencies={currencies}
            disabled={disabled}
            onChange={(price) => onChange({ ...method, price })}
            prices={method.price}
            words="va.settings.price_in"
          />
        </Row>
      ) : (
        <Steps
          currencies={currencies}
          disabled={disabled}
          onChange={(steps) => onChange({ ...method, steps })}
          steps={method.steps}
        />
      )}
      <Row narrow>
        <PriceFields
          currencies={currencies}
          disabled={disabled}
          onChange={(freeFrom) => onChange({ ...method, freeFrom })}
          prices={method.freeFrom}
          words="va.settings.free_from"
        />
      </Row>
      {!disabled && <RemoveButton name={method.key} onRemove={onRemove} />}
    </Part>
  );
}

interface StepsProps {
  readonly steps: readonly StepDraft[];
  readonly onChange: (steps: readonly StepDraft[]) => void;
  readonly currencies: readonly string[];
  readonly disabled: boolean;
}

function Steps({ steps, onChange, currencies, disabled }: StepsProps) {
  const translate = useTranslate();
  return (
    <>
      {steps.map((step, index) => (
        <Box key={step.id} sx={{ display: "grid", gap: 0.5 }}>
          <Row narrow>
            <Field
              disabled={disabled}
              isNumber
              label={translate("va.settings.up_to")}
              onChange={(grams) => onChange(replaced(steps, index, { ...step, grams }))}
              required
              value={step.grams}
            />
            <PriceFields
              currencies={currencies}
              disabled={disabled}
              onChange={(price) => onChange(replaced(steps, index, { ...step, price }))}
              prices={step.price}
              words="va.settings.price_in"
            />
          </Row>
          {!disabled && steps.length > 1 && (
            <RemoveButton name={`${step.grams} g`} onRemove={() => onChange(without(steps, index))} />
          )}
        </Box>
      ))}
      {!disabled && (
        <Button
          onClick={() => onChange([...steps, { id: newId(), grams: "", price: {} }])}
          size="small"
          sx={{ justifySelf: "start" }}
        >
          {translate("va.settings.add_step")}
        </Button>
      )}
    </>
  );
}
