import type { BulkWishIn } from "@vivamarket/api-client";
import { wordsOf } from "./typed.ts";

/** What somebody typed about many products; what is empty stays as it is. */
export interface TypedWish {
  readonly status: string;
  readonly vendor: string;
  readonly addTags: string;
  readonly removeTags: string;
  /** By how many percent prices rise, or fall below zero. */
  readonly percent: string;
  readonly currency: string;
}

export const NOTHING_WISHED: TypedWish = {
  status: "",
  vendor: "",
  addTags: "",
  removeTags: "",
  percent: "",
  currency: "",
};

/** Read the form; null when the percentage is none or nothing was wished. */
export function bulkWishOf(typed: TypedWish): BulkWishIn | null {
  const basis_points = basisPointsOf(typed.percent);
  if (basis_points === undefined) return null;
  const add_tags = wordsOf(typed.addTags);
  const remove_tags = wordsOf(typed.removeTags);
  const vendor = typed.vendor.trim();
  const isNothing =
    typed.status === "" &&
    vendor === "" &&
    add_tags.length + remove_tags.length === 0 &&
    basis_points === null;
  if (isNothing) return null;
  return {
    add_category_ids: [],
    remove_category_ids: [],
    add_tags,
    remove_tags,
    ...(typed.status === "" ? {} : { status: typed.status as NonNullable<BulkWishIn["status"]> }),
    ...(vendor === "" ? {} : { vendor }),
    ...(basis_points === null ? {} : { price: { currency: typed.currency, basis_points } }),
  };
}

/** Return hundredths of a percent, null for none, undefined for what is no percentage. */
function basisPointsOf(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const match = /^([+-]?)(\d{1,4})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  const points = Number(whole + fraction.padEnd(2, "0"));
  if (points === 0) return null;
  return sign === "-" ? -points : points;
}
