import type { StaffProduct } from "@vivamarket/api-client";
import { describe, expect, it } from "vitest";
import { writtenAttribute } from "./attribute-draft.ts";
import { missingCombinations, withCombinations, withOption, withOptionAs, withoutOption } from "./axes.ts";
import { draftOf, editOf, localTime, momentOf, NO_TEXTS, withVariant } from "./draft.ts";
import { moved } from "./order.ts";
import { typed } from "./typed.ts";

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
    expect(edit.variants[0]).toHaveProperty("prices", MUG.variants[0]?.prices);
    expect(edit.variants[0]).not.toHaveProperty("stock");
  });

  it("takes a price out when its field is emptied", () => {
    const draft = draftOf(MUG);
    const [only] = draft.variants;
    if (only === undefined) throw new Error("there is one");
    const prices = { ...only.prices, JPY: { amount: " ", compareAt: "" } };
    expect(editOf({ ...draft, variants: [{ ...only, prices }] }).variants[0]).toHaveProperty("prices", {
      EUR: { amount: 1250, compare_at: 1500 },
    });
  });

  it("is not sent with a price that is no amount", () => {
    const draft = draftOf(MUG);
    const variants = draft.variants.map((each) => ({
      ...each,
      prices: { EUR: { amount: "12.345", compareAt: "" } },
    }));
    expect(() => editOf({ ...draft, variants })).toThrow("va.refund.bad_amount");
  });

  it("gets a variant like its last one, with a SKU of its own", () => {
    const variants = editOf(withVariant(draftOf(MUG), [])).variants;
    expect(variants).toHaveLength(2);
    expect(variants[1]).toMatchObject({ sku: "", weight_grams: 300, prices: MUG.variants[0]?.prices });
  });

  it("leaves out a language without a title", () => {
    const texts = { ...MUG.texts, es: { ...NO_TEXTS, title: " " } };
    expect(Object.keys(editOf(draftOf({ ...MUG, texts })).texts)).toEqual(["en"]);
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

describe("options", () => {
  const sized = () => {
    const first = withOptionAs(withOption(draftOf(MUG)), 0, { name: "Size", values: ["S", "L"] });
    return withOptionAs(withOption(first), 1, { name: "Color", values: ["Red", "Blue"] });
  };

  it("make a variant of every combination, beginning with the one that has no values yet", () => {
    const { variants } = withCombinations(sized());
    expect(variants.map((each) => each.fields.option_values.join(" "))).toEqual([
      "S Red",
      "S Blue",
      "L Red",
      "L Blue",
    ]);
    expect(variants[0]?.fields.sku).toBe("MUG");
    expect(new Set(variants.map((each) => each.key)).size).toBe(4);
  });

  it("miss nothing once every combination is there", () => {
    expect(missingCombinations(withCombinations(sized()))).toEqual([]);
  });

  it("take their values with them when they go", () => {
    const { product, variants } = withoutOption(withCombinations(sized()), 0);
    expect(product.options.map((option) => option.name)).toEqual(["Color"]);
    expect(variants.map((each) => each.fields.option_values)).toEqual([["Red"], ["Blue"], ["Red"], ["Blue"]]);
  });
});

describe("a typed fact", () => {
  const fact = { key: " size ", facet: true, unit: "", currency: "EUR" };

  it.each([
    ["text", " Clay ", "Clay"],
    ["number", "12,5", "12.5"],
    ["boolean", "no", false],
    ["date", "2026-05-01", "2026-05-01"],
    ["money", "0.50", { minor_units: 50, currency: "EUR" }],
    ["list", "red, , pink", ["red", "pink"]],
  ] as const)("of kind %s reads %j as %j", (type, value, read) => {
    expect(writtenAttribute({ ...fact, type, value })).toEqual({
      key: "size",
      type,
      value: read,
      facet: true,
      unit: "",
    });
  });

  it.each([
    ["number", "twelve"],
    ["date", "1 May"],
    ["money", "cheap"],
  ] as const)("of kind %s is none of %j", (type, value) => {
    expect(writtenAttribute({ ...fact, type, value })).toBeNull();
  });

  it("comes out as it went in", () => {
    const attributes = [
      { key: "colors", type: "list", value: ["red", "pink"], facet: true, unit: "" },
      { key: "deposit", type: "money", value: { minor_units: 50, currency: "EUR" }, facet: false, unit: "" },
      { key: "handmade", type: "boolean", value: true, facet: true, unit: "", labels: { es: "A mano" } },
    ] satisfies StaffProduct["attributes"];
    expect(editOf(draftOf({ ...MUG, attributes })).attributes).toEqual(attributes);
  });
});

describe("places and moments", () => {
  it.each([
    [0, 2, "bca"],
    [2, 0, "cab"],
    [1, 5, "abc"],
  ])("moves %s to %s", (from, to, wanted) => {
    expect(moved(["a", "b", "c"], from, to).join("")).toBe(wanted);
  });

  it("shows a moment in the reader's time and reads it back", () => {
    expect(momentOf(localTime("2026-05-01T12:30:00Z"))).toBe("2026-05-01T12:30:00.000Z");
    expect(momentOf(localTime(null))).toBeNull();
  });
});
