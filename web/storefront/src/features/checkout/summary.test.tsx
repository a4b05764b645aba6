import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { messagesOf } from "@/messages/index.ts";
import { Summary } from "./summary.tsx";

const PRICE = { minor_units: 950, currency: "EUR" };
const SUMS = {
  lines: [],
  subtotal: PRICE,
  discount_total: { ...PRICE, minor_units: 0 },
  shipping: null,
  taxes: [],
  tax_included: true,
  total: PRICE,
};
const t = messagesOf("en").checkout;

function shownWith(complete: boolean): string {
  return renderToStaticMarkup(<Summary complete={complete} locale="en" sums={SUMS} t={t} />);
}

describe("the sums of a quote or an order", () => {
  it("tell of shipping as long as it may come", () => {
    expect(shownWith(false)).toContain(t.pending);
  });

  it("say nothing of shipping where nothing is sent", () => {
    const shown = shownWith(true);
    expect(shown).not.toContain(t.pending);
    expect(shown).not.toContain(t.shippingLine);
  });
});
