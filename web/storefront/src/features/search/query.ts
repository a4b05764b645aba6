import type { Money } from "@vivamarket/format";
import { currency } from "@/api/place.ts";

/** What a list shows, as its address says it. Prices are minor units. */
export interface ListQuery {
  readonly q: string;
  readonly category: string;
  readonly sort: string;
  readonly available: boolean;
  readonly price_min: string;
  readonly price_max: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export const SORTS = ["relevance", "newest", "price_asc", "price_desc", "name"] as const;
const ATTRIBUTE = "attr.";
const PAGE_SIZE = 24;

function units(text: string | null): string {
  return text !== null && /^\d{1,12}$/.test(text) ? text : "";
}

/** Read a list's address. Unknown names are ignored; `fixed` is what the page itself decides. */
export function readQuery(search: string, fixed: { category?: string; sort: string }): ListQuery {
  const given = new URLSearchParams(search);
  const attributes: Record<string, string[]> = {};
  for (const [name, value] of given) {
    if (!name.startsWith(ATTRIBUTE)) continue;
    const key = name.slice(ATTRIBUTE.length);
    attributes[key] = [...(attributes[key] ?? []), value];
  }
  const sort = given.get("sort") ?? "";
  return {
    q: given.get("q") ?? "",
    category: fixed.category ?? given.get("category") ?? "",
    sort: (SORTS as readonly string[]).includes(sort) ? sort : fixed.sort,
    available: given.get("available") === "true",
    price_min: units(given.get("price_min")),
    price_max: units(given.get("price_max")),
    attributes,
  };
}

/** Write a list's address; what is as it always is stays out, so that addresses are short. */
export function writeQuery(query: ListQuery, fixed: { category?: string; sort: string }): string {
  const given = new URLSearchParams();
  if (query.q !== "") given.set("q", query.q);
  if (query.category !== "" && fixed.category === undefined) given.set("category", query.category);
  if (query.sort !== fixed.sort) given.set("sort", query.sort);
  if (query.available) given.set("available", "true");
  if (query.price_min !== "") given.set("price_min", query.price_min);
  if (query.price_max !== "") given.set("price_max", query.price_max);
  for (const [key, values] of Object.entries(query.attributes)) {
    for (const value of values) given.append(`${ATTRIBUTE}${key}`, value);
  }
  const text = given.toString();
  return text === "" ? "" : `?${text}`;
}

/** Return the question to ask the API for this list. */
export function apiQuery(query: ListQuery, locale: string, currency: string, cursor: string | null): string {
  const given = new URLSearchParams(writeQuery(query, { sort: "" }));
  given.set("locale", locale);
  given.set("currency", currency);
  given.set("limit", String(PAGE_SIZE));
  if (cursor !== null) given.set("cursor", cursor);
  return given.toString();
}

/** Return what the search page shows when it is opened with this address. */
export function firstQuery(search: string): ListQuery {
  return readQuery(search, { sort: "relevance" });
}

/** Return what the search page asks when it is opened; its head sends it early, so both must agree. */
export function firstQuestion(search: string, locale: string): string {
  return apiQuery(firstQuery(search), locale, currency(), null);
}

/** Return the list with one facet value switched on or off. */
export function toggled(query: ListQuery, key: string, value: string): ListQuery {
  const now = query.attributes[key] ?? [];
  const next = now.includes(value) ? now.filter((other) => other !== value) : [...now, value];
  const attributes = { ...query.attributes, [key]: next };
  if (next.length === 0) delete attributes[key];
  return { ...query, attributes };
}

/** Return the list without any filter; words, category and order stay. */
export function cleared(query: ListQuery): ListQuery {
  return { ...query, available: false, price_min: "", price_max: "", attributes: {} };
}

/** How many filters are on. */
export function filterCount(query: ListQuery): number {
  const values = Object.values(query.attributes).reduce((sum, list) => sum + list.length, 0);
  return values + Number(query.available) + Number(query.price_min !== "" || query.price_max !== "");
}

/** Return the amount that an address names. */
export function amount(unitsText: string, currency: string): Money {
  return { minor_units: Number(unitsText), currency };
}
