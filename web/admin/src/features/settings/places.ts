import { formatMoney } from "@vivamarket/format";
import { percentOf } from "./draft.ts";

type Translate = (name: string, options?: { _: string }) => string;

/** Steps of a place that say nothing to a reader. */
const SILENT = new Set(["methods"]);

/** Return a place such as `/shipping/Spain/methods/standard/price/EUR` in words. */
export function placeWords(place: string, translate: Translate): string {
  const steps = place.split("/").filter((step) => step !== "" && !SILENT.has(step));
  return steps.map((step) => wordOf(step, translate)).join(" › ");
}

/** Return a value as it is read at that place: amounts, rates and answers are no bare numbers. */
export function valueWords(place: string, value: string, locale: string, translate: Translate): string {
  if (value === "") return translate("va.settings.nothing");
  const [kind = "", last = ""] = place.split("/").slice(-2);
  if (kind === "price" || kind === "free_from") {
    return formatMoney({ minor_units: Number(value), currency: last }, locale);
  }
  if (last === "capture") return translate(`va.settings.capture_as.${value}`, { _: value });
  if (kind === "rates_ppm") return `${percentOf(Number(value))} %`;
  if (value === "true" || value === "false") {
    return translate(value === "true" ? "va.settings.yes" : "va.settings.no");
  }
  return value;
}

function wordOf(step: string, translate: Translate): string {
  // Rows without a name are told by their place, which people count from one.
  if (/^\d+$/.test(step)) return String(Number(step) + 1);
  return translate(`va.settings.at.${step}`, { _: step });
}
