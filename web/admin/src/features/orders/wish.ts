import type { Order, RefundPreview, RefundRequest } from "@vivamarket/api-client";
import { parseMinorUnits } from "@vivamarket/format";

/** What somebody typed into the form of a refund. */
export interface Typed {
  /** Units that go back, by the line's position. */
  readonly quantities: Readonly<Record<number, string>>;
  readonly shipping: string;
  readonly goodwill: string;
  readonly reason: string;
  readonly everything: boolean;
}

export const NOTHING_TYPED: Typed = {
  quantities: {},
  shipping: "",
  goodwill: "",
  reason: "",
  everything: false,
};

/** Why the form cannot be sent, as the name of a message. */
export type Mistake = "va.refund.bad_quantity" | "va.refund.bad_amount" | "va.refund.nothing";

/** A line some of which can still go back. */
export interface LineLeft {
  readonly position: number;
  readonly title: string;
  readonly sku: string;
  readonly ordered: number;
  readonly left: number;
}

/** Return the lines some of which can still go back, in the order's own order. */
export function linesLeft(order: Order, refundable: RefundPreview): LineLeft[] {
  const left = new Map(refundable.lines.map((line) => [line.position, line.quantity]));
  return order.lines.flatMap((line) => {
    const quantity = left.get(line.position);
    if (quantity === undefined) return [];
    const title = line.variant_title === "" ? line.title : `${line.title}, ${line.variant_title}`;
    return [{ position: line.position, title, sku: line.sku, ordered: line.quantity, left: quantity }];
  });
}

/** Read the form as what the API is asked for; the API alone says what it comes to. */
export function wishOf(typed: Typed, currency: string): RefundRequest | Mistake {
  const reason = typed.reason.trim().replace(/\s+/g, " ");
  if (typed.everything) return { everything: true, lines: [], reason };
  const lines = [];
  for (const [position, text] of Object.entries(typed.quantities)) {
    if (text.trim() === "") continue;
    if (!/^\d{1,6}$/.test(text.trim())) return "va.refund.bad_quantity";
    if (Number(text) > 0) lines.push({ position: Number(position), quantity: Number(text) });
  }
  const shipping = amountOf(typed.shipping, currency);
  const goodwill = amountOf(typed.goodwill, currency);
  if (shipping === undefined || goodwill === undefined) return "va.refund.bad_amount";
  if (lines.length === 0 && shipping === null && goodwill === null) return "va.refund.nothing";
  return {
    everything: false,
    lines,
    reason,
    ...(shipping === null ? {} : { shipping }),
    ...(goodwill === null ? {} : { goodwill }),
  };
}

/** Return the amount, null for none, undefined for what is no amount. */
function amountOf(text: string, currency: string) {
  if (text.trim() === "") return null;
  const minor_units = parseMinorUnits(text, currency);
  if (minor_units === null) return undefined;
  return minor_units === 0 ? null : { minor_units, currency };
}
