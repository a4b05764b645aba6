import type { AttributeType, StaffAttribute } from "@vivamarket/api-client";
import { parseMinorUnits } from "@vivamarket/format";
import { typed, wordsOf } from "./typed.ts";

export const ATTRIBUTE_TYPES = ["text", "number", "boolean", "date", "money", "list"] as const;

/** One typed fact on its way through the form: its value as it is typed. */
export interface TypedAttribute extends Omit<StaffAttribute, "value"> {
  readonly value: string;
  /** Of an amount of money. */
  readonly currency: string;
}

export const YES = "yes";
export const NO = "no";
const NUMBER = /^-?\d{1,15}(\.\d{1,9})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Return a fact as the form shows it. */
export function typedAttribute(attribute: StaffAttribute): TypedAttribute {
  const { value, ...others } = attribute;
  if (typeof value === "boolean") return { ...others, value: value ? YES : NO, currency: "" };
  if (Array.isArray(value)) return { ...others, value: value.join(", "), currency: "" };
  if (typeof value === "object") {
    return { ...others, value: typed(value.minor_units, value.currency), currency: value.currency };
  }
  return { ...others, value: String(value), currency: "" };
}

/** Return a new fact of a kind. */
export function emptyAttribute(type: AttributeType, currency: string): TypedAttribute {
  return { key: "", type, value: type === "boolean" ? YES : "", currency, facet: true, unit: "" };
}

/** Read a fact; null when its value is none of its kind. */
export function writtenAttribute({
  value: text,
  currency,
  ...others
}: TypedAttribute): StaffAttribute | null {
  const value = readValue(others.type, text.trim(), currency);
  return value === null ? null : { ...others, key: others.key.trim(), value };
}

function readValue(type: AttributeType, text: string, currency: string): StaffAttribute["value"] | null {
  if (type === "boolean") return text === YES;
  if (type === "list") return wordsOf(text);
  if (type === "money") {
    const minor_units = parseMinorUnits(text, currency);
    return minor_units === null ? null : { minor_units, currency };
  }
  const dotted = text.replace(",", ".");
  if (type === "number") return NUMBER.test(dotted) ? dotted : null;
  if (type === "date") return DATE.test(text) ? text : null;
  return text;
}
