import type { StaffProduct } from "@vivamarket/api-client";
import { describe, expect, it } from "vitest";
import { draftOf, editOf, NO_TEXTS, typed } from "./draft.ts";

const MUG: StaffProduct = {
  id: "p1",
  version: 3,
  status: "active",
  is_shown: true,
  texts: { en: { ...NO_TEXTS, title: "Mug", slug: "mug" } },
  options: [],
  variants: [
    {
      sku: "MUG",
      option_values: [],
      prices: { EUR: { amount: 1250, compare_at: 1500 }, JPY: { amount: 2000, compare_at: null } },
      barcode: "",
      weight_grams: 300,
      tax_class: "standard",
      requires_shipping: true,
      image_id: null,
      continue_selling: false,
      tracked: true,
      stock: { on_hand: 3, reserved: 1, available: 2 },
    },
  ],
  schedule: {},
  vendor: "Alfar",
  product_type: "",
  tags: ["gift"],
  category_ids: ["c1"],
  attributes: [],
  images: [],
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

describe("a product in the form", () => {
  it("comes out as it went in, at the version that was read", () => {
    const edit = editOf(draftOf(MUG));
    expect(edit).toMatchObject({ version: 3, tags: ["gift"], category_ids: ["c1"], vendor: "Alfar" });
    expect(edit?.variants[0]).toHaveProperty("prices", MUG.variants[0]?.prices);
    expect(edit?.variants[0]).not.toHaveProperty("stock");
  });

  it("takes a price out when its field is emptied", () => {
    const draft = draftOf(MUG);
    const prices = { MUG: { ...draft.prices.MUG, JPY: { amount: " ", compareAt: "" } } };
    expect(editOf({ ...draft, prices })?.variants[0]).toHaveProperty("prices", {
      EUR: { amount: 1250, compare_at: 1500 },
    });
  });

  it("is not sent with a price that is no amount", () => {
    const prices = { MUG: { EUR: { amount: "12.345", compareAt: "" } } };
    expect(editOf({ ...draftOf(MUG), prices })).toBeNull();
  });

  it("leaves out a language without a title", () => {
    const texts = { ...MUG.texts, es: { ...NO_TEXTS, title: " " } };
    expect(Object.keys(editOf(draftOf({ ...MUG, texts }))?.texts ?? {})).toEqual(["en"]);
  });
});

describe("an amount as it is typed", () => {
  it.each([
    [1250, "EUR", "12.50"],
    [5, "EUR", "0.05"],
    [2000, "JPY", "2000"],
    [1234, "KWD", "1.234"],
    [null, "EUR", ""],
  ])("%s %s is %s", (minorUnits, currency, text) => {
    expect(typed(minorUnits, currency)).toBe(text);
  });
});
