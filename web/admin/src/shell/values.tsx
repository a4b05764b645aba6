import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { formatDateTime, formatMoney, type Money } from "@vivamarket/format";
import { useLocale, useTranslate } from "ra-core";
import { coloursOf, type Tone } from "./theme.ts";

/** An amount in the reader's way of writing it. */
export function Amount({ value, negative = false }: { value: Money; negative?: boolean }) {
  const locale = useLocale();
  const shown = negative ? { ...value, minor_units: -value.minor_units } : value;
  return <span style={{ whiteSpace: "nowrap" }}>{formatMoney(shown, locale)}</span>;
}

/** Return how amounts are written here, for sentences. */
export function useMoneyText(): (value: Money) => string {
  const locale = useLocale();
  return (value) => formatMoney(value, locale);
}

/** A moment in the reader's own time zone. */
export function Moment({ at }: { at: string }) {
  const locale = useLocale();
  return (
    <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
      {formatDateTime(at, locale)}
    </time>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  paid: "good",
  fulfilled: "good",
  shipped: "good",
  unfulfilled: "wait",
  partially_fulfilled: "wait",
  succeeded: "good",
  enabled: "good",
  done: "good",
  won: "good",
  settled: "good",
  claimed: "good",
  agree: "good",
  active: "good",
  created: "good",
  draft: "wait",
  waiting: "wait",
  running: "wait",
  checked: "wait",
  changed: "wait",
  pending_payment: "wait",
  authorized: "wait",
  capturing: "wait",
  canceling: "wait",
  partially_refunded: "wait",
  requested: "wait",
  requires_action: "wait",
  processing: "wait",
  pending: "wait",
  new: "wait",
  held: "wait",
  appealed: "wait",
  incomplete: "wait",
  invited: "wait",
  cut_off: "wait",
  refused: "bad",
  review: "bad",
  failed: "bad",
  failing: "bad",
  dead: "bad",
  open: "bad",
  lost: "bad",
};

/** A state in words and colour; the words alone are enough. */
export function Status({ value, label }: { value: string; label?: string }) {
  const translate = useTranslate();
  const shade = coloursOf(useTheme().palette.mode).tones[TONES[value] ?? "quiet"];
  return (
    <Box
      component="span"
      data-status={value}
      sx={{
        display: "inline-block",
        px: 1.25,
        py: 0.25,
        borderRadius: 99,
        fontSize: 13,
        fontWeight: 600,
        whiteSpace: "nowrap",
        backgroundColor: shade.back,
        color: shade.text,
      }}
    >
      {label ?? translate(`va.status.${value}`, { _: value.replaceAll("_", " ") })}
    </Box>
  );
}

/** Return the name of a language or a country in the reader's language; a code that is none as it is. */
export function useNameOf(kind: "language" | "region"): (code: string) => string {
  const names = new Intl.DisplayNames(useLocale(), { type: kind });
  return (code) => {
    try {
      return names.of(code) ?? code;
    } catch {
      return code;
    }
  };
}

/** Something a machine named: a SKU, an id, a reference. */
export function Code({ children }: { children: string }) {
  return (
    <Box
      component="span"
      sx={{
        fontFamily: "ui-monospace, SFMono-Regular, Menlo, monospace",
        fontSize: 13,
        overflowWrap: "anywhere",
      }}
    >
      {children}
    </Box>
  );
}

/** A code such as `payment.succeed` as words where no message names it. */
export function asWords(code: string): string {
  return code.replaceAll("_", " ").replaceAll(".", ": ");
}
