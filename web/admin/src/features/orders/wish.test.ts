import { describe, expect, it } from "vitest";
import { NOTHING_TYPED, wishOf } from "./wish.ts";

describe("what was typed", () => {
  it("becomes lines, amounts in minor units, and a reason in one line", () => {
    const typed = {
      ...NOTHING_TYPED,
      quantities: { 1: "2", 3: "0" },
      shipping: "4,5",
      reason: " chipped \n mug ",
    };
    expect(wishOf(typed, "EUR")).toEqual({
      everything: false,
      lines: [{ position: 1, quantity: 2 }],
      shipping: { minor_units: 450, currency: "EUR" },
      reason: "chipped mug",
    });
  });

  it("counts in the currency's own smallest unit", () => {
    expect(wishOf({ ...NOTHING_TYPED, goodwill: "500" }, "JPY")).toMatchObject({
      goodwill: { minor_units: 500, currency: "JPY" },
    });
  });

  it("names nothing else when everything goes back", () => {
    const typed = { ...NOTHING_TYPED, quantities: { 1: "2" }, goodwill: "1", everything: true };
    expect(wishOf(typed, "EUR")).toEqual({ everything: true, lines: [], reason: "" });
  });

  it.each(["-1", "1.5", "two", "1234567"])("is no quantity when it is %s", (text) => {
    expect(wishOf({ ...NOTHING_TYPED, quantities: { 1: text } }, "EUR")).toBe("va.refund.bad_quantity");
  });

  it.each(["-1", "1.234", "ten", "1e3"])("is no amount when it is %s", (text) => {
    expect(wishOf({ ...NOTHING_TYPED, goodwill: text }, "EUR")).toBe("va.refund.bad_amount");
  });

  it("is nothing when nothing or zero was typed", () => {
    expect(wishOf({ ...NOTHING_TYPED, quantities: { 1: "0" }, shipping: "0.00" }, "EUR")).toBe(
      "va.refund.nothing",
    );
  });
});
