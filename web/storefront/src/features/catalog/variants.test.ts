import { describe, expect, it } from "vitest";
import { isOffered, type PageVariant, variantOf, withLive } from "./variants.ts";

function variant(sku: string, option_values: string[], available = true): PageVariant {
  return {
    sku,
    option_values,
    available,
    price: { minor_units: 1000, currency: "EUR" },
    compare_at: null,
    image_id: null,
  };
}

const SHIRTS = [
  variant("S-RED", ["S", "Red"]),
  variant("S-BLUE", ["S", "Blue"], false),
  variant("M-RED", ["M", "Red"]),
];

describe("choosing a variant", () => {
  it("finds the one with all values", () => {
    expect(variantOf(SHIRTS, ["M", "Red"])?.sku).toBe("M-RED");
  });

  it("finds none for a combination that is not made", () => {
    expect(variantOf(SHIRTS, ["M", "Blue"])).toBeUndefined();
  });

  it("finds the only one of a product without options", () => {
    expect(variantOf([variant("ONE", [])], [])?.sku).toBe("ONE");
  });

  it("knows what is sold out beside the other choices", () => {
    expect(isOffered(SHIRTS, ["S", "Red"], 1, "Blue")).toBe(false);
    expect(isOffered(SHIRTS, ["M", "Red"], 0, "S")).toBe(true);
  });

  it("takes the live answer over the published one", () => {
    const live = new Map([
      ["S-BLUE", { sku: "S-BLUE", price: null, compare_at: null, available: true, low_stock_left: 2 }],
    ]);
    const now = withLive(SHIRTS, live);
    expect(isOffered(now, ["S", "Red"], 1, "Blue")).toBe(true);
    expect(variantOf(now, ["S", "Blue"])?.low).toBe(2);
  });
});
