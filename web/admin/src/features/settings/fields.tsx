import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useTranslate } from "ra-core";
import type { ReactNode } from "react";
import type { TypedPrices } from "./draft.ts";

const TEXT_LENGTH_MAX = 200;

/** Fields beside each other where there is room. */
export function Row({ children, narrow = false }: { children: ReactNode; narrow?: boolean }) {
  return (
    <Box
      sx={{
        display: "grid",
        gap: 1.5,
        gridTemplateColumns: narrow
          ? "repeat(auto-fit, minmax(96px, 1fr))"
          : { xs: "1fr", sm: "repeat(auto-fit, minmax(150px, 1fr))" },
        alignItems: "start",
      }}
    >
      {children}
    </Box>
  );
}

/** A part of a form with a frame and a title of its own. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box
      component="fieldset"
      sx={{
        m: 0,
        p: 2,
        minWidth: 0,
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        display: "grid",
        gap: 1.5,
      }}
    >
      <Box component="legend" sx={{ px: 0.75, fontWeight: 600 }}>
        {title}
      </Box>
      {children}
    </Box>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly disabled: boolean;
  readonly required?: boolean;
  readonly help?: string;
  readonly isNumber?: boolean;
  readonly lines?: number;
}

/** A text of a form. */
export function Field({
  label,
  value,
  onChange,
  disabled,
  required = false,
  help,
  isNumber,
  lines,
}: FieldProps) {
  return (
    <TextField
      disabled={disabled}
      {...(help === undefined ? {} : { helperText: help })}
      label={label}
      {...(lines === undefined ? {} : { multiline: true, minRows: lines })}
      onChange={(event) => onChange(event.target.value)}
      required={required}
      slotProps={{
        htmlInput: { maxLength: TEXT_LENGTH_MAX, ...(isNumber ? { inputMode: "decimal" } : {}) },
      }}
      value={value}
    />
  );
}

/** One amount for each currency; an empty one is none. */
export function PriceFields({
  words,
  currencies,
  prices,
  onChange,
  disabled,
}: {
  /** The message that names a field by its currency. */
  words: string;
  currencies: readonly string[];
  prices: TypedPrices;
  onChange: (prices: TypedPrices) => void;
  disabled: boolean;
}) {
  const translate = useTranslate();
  return currencies.map((currency) => (
    <Field
      disabled={disabled}
      isNumber
      key={currency}
      label={translate(words, { currency })}
      onChange={(amount) => onChange({ ...prices, [currency]: amount })}
      value={prices[currency] ?? ""}
    />
  ));
}

/** Takes one of several away; named for whoever hears it. */
export function RemoveButton({ name, onRemove }: { name: string; onRemove: () => void }) {
  const translate = useTranslate();
  return (
    <Button
      aria-label={translate("va.settings.remove_this", { name })}
      color="inherit"
      onClick={onRemove}
      size="small"
      sx={{ justifySelf: "start" }}
    >
      {translate("va.settings.remove")}
    </Button>
  );
}

/** Return the list with one of it replaced. */
export function replaced<T>(list: readonly T[], index: number, value: T): readonly T[] {
  return list.map((each, position) => (position === index ? value : each));
}

/** Return the list without one of it. */
export function without<T>(list: readonly T[], index: number): readonly T[] {
  return list.filter((_, position) => position !== index);
}
