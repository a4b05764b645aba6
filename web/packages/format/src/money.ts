/** An amount as the API sends it: whole minor units of one ISO 4217 currency. */
export interface Money {
  readonly minor_units: number;
  readonly currency: string;
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale}:${currency}`;
  let found = formatters.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(locale, { style: "currency", currency });
    formatters.set(key, found);
  }
  return found;
}

function decimals(currency: string): number {
  return formatter("en", currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * Show an amount in a locale's way. The decimal point is moved as text, so no amount ever becomes a
 * binary fraction.
 */
export function formatMoney(money: Money, locale: string): string {
  const places = decimals(money.currency);
  const sign = money.minor_units < 0 ? "-" : "";
  const digits = String(Math.abs(money.minor_units)).padStart(places + 1, "0");
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return formatter(locale, money.currency).format(`${sign}${text}` as Intl.StringNumericLiteral);
}

/** Read what a person typed, such as `12`, `12.5` or `12,50`, as minor units; null when it is no amount. */
export function parseMinorUnits(text: string, currency: string): number | null {
  const places = decimals(currency);
  const match = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim());
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > places) return null;
  return Number(whole + fraction.padEnd(places, "0"));
}
