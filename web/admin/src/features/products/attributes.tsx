import DownIcon from "@mui/icons-material/ArrowDownwardOutlined";
import UpIcon from "@mui/icons-material/ArrowUpwardOutlined";
import RemoveIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { AttributeType } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { ATTRIBUTE_TYPES, emptyAttribute, NO, type TypedAttribute, YES } from "./attribute-draft.ts";
import type { Part } from "./editor.tsx";
import { Words, withWords } from "./options.tsx";
import { moved } from "./order.ts";

const ATTRIBUTES_MAX = 200;

interface Spoken {
  readonly locales: readonly string[];
  readonly currencies: readonly string[];
}

/** Typed facts: what the page lists, what search narrows by. */
export function Attributes({ draft, onDraft, locales, currencies }: Part & Spoken) {
  const translate = useTranslate();
  const { attributes } = draft;
  const set = (changed: readonly TypedAttribute[]) => onDraft({ ...draft, attributes: changed });
  return (
    <Box sx={{ px: 2, pb: 2, display: "grid", gap: 2 }}>
      {attributes.length === 0 && (
        <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
          {translate("va.attribute.none")}
        </Box>
      )}
      {attributes.map((attribute, place) => (
        <OneAttribute
          attribute={attribute}
          count={attributes.length}
          currencies={currencies}
          // A fact has no name of its own before it is typed; the fields keep nothing of their own.
          // biome-ignore lint/suspicious/noArrayIndexKey: every field shows what the draft says
          key={place}
          locales={locales}
          onAttribute={(changed) => set(attributes.map((each, at) => (at === place ? changed : each)))}
          onMove={(to) => set(moved(attributes, place, to))}
          onRemove={() => set(attributes.filter((_, at) => at !== place))}
          place={place}
        />
      ))}
      {attributes.length < ATTRIBUTES_MAX && (
        <Box>
          <Button
            onClick={() => set([...attributes, emptyAttribute("text", currencies[0] ?? "")])}
            variant="outlined"
          >
            {translate("va.attribute.add")}
          </Button>
        </Box>
      )}
    </Box>
  );
}

interface OneProps extends Spoken {
  readonly attribute: TypedAttribute;
  readonly place: number;
  readonly count: number;
  readonly onAttribute: (attribute: TypedAttribute) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

function OneAttribute(props: OneProps) {
  const { attribute, place, count, locales, currencies, onAttribute, onMove, onRemove } = props;
  const translate = useTranslate();
  const number = place + 1;
  const change = (changed: Partial<TypedAttribute>) => onAttribute({ ...attribute, ...changed });
  const changeType = (type: AttributeType) =>
    onAttribute({ ...attribute, ...emptyAttribute(type, currencies[0] ?? ""), key: attribute.key });
  return (
    <Box
      aria-label={translate("va.attribute.number", { number })}
      role="group"
      sx={{ display: "grid", gap: 1.5, border: 1, borderColor: "divider", borderRadius: 2, p: 1.5 }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "flex-start" }}>
        <TextField
          label={translate("va.attribute.key")}
          onChange={(event) => change({ key: event.target.value })}
          sx={{ flex: "1 1 150px" }}
          value={attribute.key}
        />
        <TextField
          label={translate("va.attribute.type")}
          onChange={(event) => changeType(event.target.value as AttributeType)}
          select
          sx={{ flex: "0 1 130px" }}
          value={attribute.type}
        >
          {ATTRIBUTE_TYPES.map((type) => (
            <MenuItem key={type} value={type}>
              {translate(`va.attribute.types.${type}`)}
            </MenuItem>
          ))}
        </TextField>
        <Value attribute={attribute} currencies={currencies} onChange={change} />
        <Box sx={{ whiteSpace: "nowrap" }}>
          <IconButton
            aria-label={translate("va.attribute.earlier", { number })}
            disabled={place === 0}
            onClick={() => onMove(place - 1)}
          >
            <UpIcon />
          </IconButton>
          <IconButton
            aria-label={translate("va.attribute.later", { number })}
            disabled={number === count}
            onClick={() => onMove(place + 1)}
          >
            <DownIcon />
          </IconButton>
          <IconButton aria-label={translate("va.attribute.remove", { number })} onClick={onRemove}>
            <RemoveIcon />
          </IconButton>
        </Box>
      </Box>
      <FormControlLabel
        control={<Checkbox checked={attribute.facet} onChange={(_, facet) => change({ facet })} />}
        label={translate("va.attribute.facet")}
      />
      {attribute.key !== "" && (
        <Box component="details">
          <Box component="summary" sx={{ cursor: "pointer", color: "text.secondary", py: 0.5 }}>
            {translate("va.option.words")}
          </Box>
          <Box sx={{ pt: 1.5, display: "grid", gap: 1.5 }}>
            <Words
              locales={locales}
              name={attribute.key}
              onWords={(locale, text) => change({ labels: withWords(attribute.labels ?? {}, locale, text) })}
              words={attribute.labels ?? {}}
            />
            {attribute.type === "text" && attribute.value !== "" && (
              <Words
                locales={locales}
                name={attribute.value}
                onWords={(locale, text) =>
                  change({ value_labels: withWords(attribute.value_labels ?? {}, locale, text) })
                }
                words={attribute.value_labels ?? {}}
              />
            )}
          </Box>
        </Box>
      )}
    </Box>
  );
}

interface ValueProps {
  readonly attribute: TypedAttribute;
  readonly currencies: readonly string[];
  readonly onChange: (changed: Partial<TypedAttribute>) => void;
}

/** The value's field, as its kind wants it. */
function Value({ attribute, currencies, onChange }: ValueProps) {
  const translate = useTranslate();
  const { type, value, unit, currency } = attribute;
  const field = {
    label: translate("va.attribute.value"),
    onChange: (event: { target: { value: string } }) => onChange({ value: event.target.value }),
    sx: { flex: "2 1 180px" },
    value,
  };
  if (type === "boolean") {
    return (
      <TextField {...field} select>
        {[YES, NO].map((each) => (
          <MenuItem key={each} value={each}>
            {translate(`va.attribute.${each}`)}
          </MenuItem>
        ))}
      </TextField>
    );
  }
  if (type === "date") {
    return <TextField {...field} slotProps={{ inputLabel: { shrink: true } }} type="date" />;
  }
  if (type === "list") return <TextField {...field} helperText={translate("va.product.tags_help")} />;
  if (type === "text") return <TextField {...field} />;
  return (
    <>
      <TextField {...field} slotProps={{ htmlInput: { inputMode: "decimal" } }} />
      {type === "number" ? (
        <TextField
          label={translate("va.attribute.unit")}
          onChange={(event) => onChange({ unit: event.target.value })}
          sx={{ flex: "0 1 90px" }}
          value={unit}
        />
      ) : (
        <TextField
          label={translate("va.report.currency")}
          onChange={(event) => onChange({ currency: event.target.value })}
          select
          sx={{ flex: "0 1 110px" }}
          value={currency}
        >
          {currencies.map((code) => (
            <MenuItem key={code} value={code}>
              {code}
            </MenuItem>
          ))}
        </TextField>
      )}
    </>
  );
}
