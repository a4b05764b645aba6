import type { MethodTable, SettingsDocument, TaxTable, ZoneTable } from "@vivamarket/api-client";
import { parseMinorUnits } from "@vivamarket/format";
import { typed } from "../products/typed.ts";

/** Amounts as they are typed, by currency. */
export type TypedPrices = Readonly<Record<string, string>>;

/** One of several in the form, known by a name that nobody sees. */
interface Row {
  readonly id: string;
}

let rows = 0;

/** Return a name for a new row. */
export function newId(): string {
  rows += 1;
  return String(rows);
}

export interface TaxDraft extends Row {
  readonly countries: string;
  readonly label: string;
  readonly included: boolean;
  /** Percent as typed, by tax class. */
  readonly rates: Readonly<Record<string, string>>;
}

export interface StepDraft extends Row {
  readonly grams: string;
  readonly price: TypedPrices;
}

export interface MethodDraft extends Row {
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly daysMin: string;
  readonly daysMax: string;
  /** One price for all weights; else the steps count. */
  readonly isFlat: boolean;
  readonly price: TypedPrices;
  readonly steps: readonly StepDraft[];
  readonly freeFrom: TypedPrices;
}

export interface ZoneDraft extends Row {
  readonly name: string;
  readonly countries: string;
  readonly methods: readonly MethodDraft[];
}

/** When the money of an order is taken. */
export type Capture = "automatic" | "manual";

/** The settings on their way through the form: everything as it is typed. */
export interface SettingsDraft {
  readonly name: string;
  readonly email: string;
  readonly legalName: string;
  readonly address: string;
  readonly taxNumber: string;
  readonly home: string;
  readonly returnDays: string;
  readonly capture: Capture;
  readonly currencies: string;
  readonly locales: readonly string[];
  readonly taxes: readonly TaxDraft[];
  readonly zones: readonly ZoneDraft[];
}

/** What cannot be read yet, by the words of the field it stands in. */
export class Unreadable extends Error {}

const PPM_PLACES = 4;

/** Return the settings as the form shows them. */
export function draftOf({ shop, tax, shipping, payments }: SettingsDocument): SettingsDraft {
  return {
    name: shop.name,
    email: shop.email,
    legalName: shop.legal_name ?? "",
    address: (shop.address_lines ?? []).join("\n"),
    taxNumber: shop.tax_number ?? "",
    home: shop.home_country,
    returnDays: String(shop.return_days ?? 0),
    capture: payments?.capture === "manual" ? "manual" : "automatic",
    currencies: shop.currencies.join(", "),
    locales: shop.locales,
    taxes: tax.map((table) => ({
      id: newId(),
      countries: table.countries.join(", "),
      label: table.label,
      included: table.included,
      rates: mapped(table.rates_ppm, percentOf),
    })),
    zones: shipping.map((zone) => ({
      id: newId(),
      name: zone.name,
      countries: zone.countries.join(", "),
      methods: zone.methods.map(methodDraft),
    })),
  };
}

/** Read the form as settings. Throw `Unreadable`, which names the field. */
export function documentOf(draft: SettingsDraft): SettingsDocument {
  return {
    shop: {
      name: draft.name.trim(),
      email: draft.email.trim(),
      legal_name: draft.legalName.trim(),
      address_lines: draft.address.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()])),
      tax_number: draft.taxNumber.trim(),
      home_country: draft.home.trim().toUpperCase(),
      return_days: wholeOf(draft.returnDays, draft.name),
      currencies: codesOf(draft.currencies),
      locales: [...draft.locales],
    },
    tax: draft.taxes.map(taxOf),
    shipping: draft.zones.map(zoneOf),
    payments: { capture: draft.capture },
  };
}

/** Return a zone, a method, a step or a tax to begin with. */
export function newMethod(locales: readonly string[]): MethodDraft {
  return {
    id: newId(),
    key: "",
    labels: Object.fromEntries(locales.map((locale) => [locale, ""])),
    daysMin: "2",
    daysMax: "4",
    isFlat: true,
    price: {},
    steps: [{ id: newId(), grams: "2000", price: {} }],
    freeFrom: {},
  };
}

/** Return the codes of a list such as `ES, pt`. */
export function codesOf(text: string): string[] {
  return text.split(/[\s,;]+/).flatMap((code) => (code === "" ? [] : [code.toUpperCase()]));
}

/** Return parts per million as percent: 210000 is `21`. */
export function percentOf(ppm: number): string {
  return typed4(ppm).replace(/\.?0+$/, "");
}

/** Return the countries that the zones name, the home country first. */
export function countriesOf({ home, zones }: SettingsDraft): string[] {
  const reached = zones.flatMap((zone) => codesOf(zone.countries)).filter((code) => /^[A-Z]{2}$/.test(code));
  return [...new Set([...codesOf(home).filter((code) => /^[A-Z]{2}$/.test(code)), ...reached])];
}

/** Return percent as parts per million, null when it is none: `5.5` is 55000. */
export function ppmOf(percent: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,4}))?$/.exec(percent.trim());
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  return Number(whole + fraction.padEnd(PPM_PLACES, "0"));
}

function typed4(ppm: number): string {
  const digits = String(ppm).padStart(PPM_PLACES + 1, "0");
  return `${digits.slice(0, -PPM_PLACES)}.${digits.slice(-PPM_PLACES)}`;
}

function methodDraft(method: MethodTable): MethodDraft {
  const steps = method.steps ?? [];
  return {
    id: newId(),
    key: method.key,
    labels: method.labels,
    daysMin: String(method.days[0] ?? 0),
    daysMax: String(method.days[1] ?? 0),
    isFlat: steps.length === 0,
    price: typedPrices(method.price ?? {}),
    steps: steps.map((step) => ({
      id: newId(),
      grams: String(step.up_to_grams),
      price: typedPrices(step.price),
    })),
    freeFrom: typedPrices(method.free_from ?? {}),
  };
}

function taxOf(table: TaxDraft): TaxTable {
  const rates = Object.entries(table.rates).filter(([, percent]) => percent.trim() !== "");
  return {
    countries: codesOf(table.countries),
    label: table.label.trim(),
    included: table.included,
    rates_ppm: Object.fromEntries(
      rates.map(([name, percent]) => [name, readable(ppmOf(percent), `${table.label} ${name}`)]),
    ),
  };
}

function zoneOf(zone: ZoneDraft): ZoneTable {
  return {
    name: zone.name.trim(),
    countries: codesOf(zone.countries),
    methods: zone.methods.map((method) => methodOf(method, zone.name)),
  };
}

function methodOf(method: MethodDraft, zone: string): MethodTable {
  const place = `${zone} / ${method.key}`;
  return {
    key: method.key.trim(),
    labels: Object.fromEntries(Object.entries(method.labels).filter(([, label]) => label.trim() !== "")),
    days: [wholeOf(method.daysMin, place), wholeOf(method.daysMax, place)],
    price: method.isFlat ? pricesOf(method.price, place) : {},
    steps: method.isFlat
      ? []
      : method.steps.map((step) => ({
          up_to_grams: wholeOf(step.grams, place),
          price: pricesOf(step.price, place),
        })),
    free_from: pricesOf(method.freeFrom, place),
  };
}

function typedPrices(prices: Readonly<Record<string, number>>): TypedPrices {
  return Object.fromEntries(
    Object.entries(prices).map(([currency, amount]) => [currency, typed(amount, currency)]),
  );
}

function pricesOf(prices: TypedPrices, place: string): Record<string, number> {
  const given = Object.entries(prices).filter(([, amount]) => amount.trim() !== "");
  return Object.fromEntries(
    given.map(([currency, amount]) => [currency, readable(parseMinorUnits(amount, currency), place)]),
  );
}

function wholeOf(text: string, place: string): number {
  return readable(/^\d{1,9}$/.test(text.trim()) ? Number(text) : null, place);
}

function readable(value: number | null, place: string): number {
  if (value === null) throw new Unreadable(place);
  return value;
}

function mapped<A, B>(values: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
