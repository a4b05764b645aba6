import { parseMinorUnits } from "@vivamarket/format";

/** A price as it is typed. */
export interface TypedPrice {
  readonly amount: string;
  readonly compareAt: string;
}

export const NO_PRICE: TypedPrice = { amount: "", compareAt: "" };

/** Return an amount as a person would type it. */
export function typed(minorUnits: number | null, currency: string): string {
  if (minorUnits === null) return "";
  const places =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  if (places === 0) return String(minorUnits);
  const digits = String(minorUnits).padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Read prices by currency, without those left empty; null when one is no amount. */
export function pricesOf(typedPrices: Readonly<Record<string, TypedPrice>>) {
  const read: Record<string, { amount: number; compare_at: number | null }> = {};
  for (const [currency, { amount, compareAt }] of Object.entries(typedPrices)) {
    if (amount.trim() === "") continue;
    const minorUnits = parseMinorUnits(amount, currency);
    const former = compareAt.trim() === "" ? null : parseMinorUnits(compareAt, currency);
    if (minorUnits === null || (former === null && compareAt.trim() !== "")) return null;
    read[currency] = { amount: minorUnits, compare_at: former };
  }
  return read;
}

/** Read words separated by commas. */
export function wordsOf(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}
