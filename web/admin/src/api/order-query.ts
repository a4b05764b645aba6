import type { operations } from "@vivamarket/api-client";
import { parseMinorUnits } from "@vivamarket/format";

type OrderQuery = NonNullable<operations["listStaffOrders"]["parameters"]["query"]>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SORTS_BY_TOTAL = new Set(["total_desc", "total_asc"]);

/**
 * Return what the API is asked for by the filters in the address. What was typed by half is left out, and
 * so is what needs a currency where none is chosen.
 */
export function orderQuery(filter: Readonly<Record<string, unknown>>): OrderQuery {
  const text = (name: string) => (typeof filter[name] === "string" ? filter[name].trim() : "");
  const currency = text("currency");
  const sort = text("sort");
  const values = {
    q: text("q"),
    status: text("status") === "" ? "" : [text("status")],
    fulfillment: text("fulfillment") === "" ? "" : [text("fulfillment")],
    placed_from: beginOf(text("placed_from"), 0),
    placed_before: beginOf(text("placed_to"), 1),
    currency,
    total_min: currency === "" ? null : parseMinorUnits(text("total_min"), currency),
    total_max: currency === "" ? null : parseMinorUnits(text("total_max"), currency),
    sort: currency === "" && SORTS_BY_TOTAL.has(sort) ? "" : sort,
  };
  const wanted = Object.entries(values).filter(([, value]) => value !== "" && value !== null);
  return Object.fromEntries(wanted) as OrderQuery;
}

/** Return when a day of the reader's calendar begins, or so many days later; nothing for what is no day. */
function beginOf(day: string, daysLater: number): string {
  if (!DAY.test(day)) return "";
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}
