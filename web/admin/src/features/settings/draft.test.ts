import type { SettingsDocument } from "@vivamarket/api-client";
import { describe, expect, it } from "vitest";
import { codesOf, documentOf, draftOf, newMethod, percentOf, ppmOf, Unreadable } from "./draft.ts";

const SETTINGS: SettingsDocument = {
  shop: {
    name: "VivaMarket",
    email: "hello@shop.test",
    legal_name: "Viva S.L.",
    address_lines: ["Calle Mayor 1", "28013 Madrid"],
    tax_number: "B123",
    home_country: "ES",
    return_days: 30,
    currencies: ["EUR", "JPY"],
    locales: ["en", "es"],
  },
  tax: [
    { countries: ["ES"], label: "IVA", included: true, rates_ppm: { standard: 210_000, reduced: 55_000 } },
  ],
  payments: { capture: "manual" },
  shipping: [
    {
      name: "Home",
      countries: ["ES", "PT"],
      methods: [
        {
          key: "standard",
          labels: { en: "Standard", es: "Estándar" },
          days: [2, 3],
          price: { EUR: 390, JPY: 600 },
          steps: [],
          free_from: { EUR: 5_000 },
        },
        {
          key: "express",
          labels: { en: "Express" },
          days: [1, 1],
          price: {},
          steps: [{ up_to_grams: 2_000, price: { EUR: 790 } }],
          free_from: {},
        },
      ],
    },
  ],
};

describe("the form of the settings", () => {
  it("gives back what it was given", () => {
    expect(documentOf(draftOf(SETTINGS))).toEqual(SETTINGS);
  });

  it("shows amounts and rates as people write them", () => {
    const draft = draftOf(SETTINGS);
    expect(draft.zones[0]?.methods[0]?.price).toEqual({ EUR: "3.90", JPY: "600" });
    expect(draft.taxes[0]?.rates).toEqual({ standard: "21", reduced: "5.5" });
  });

  it("reads percent to the part per million and nothing else", () => {
    expect([ppmOf("21"), ppmOf("5,5"), ppmOf("0.0001"), ppmOf("100")]).toEqual([
      210_000, 55_000, 1, 1_000_000,
    ]);
    expect([ppmOf(""), ppmOf("-1"), ppmOf("1.00001"), ppmOf("a")]).toEqual([null, null, null, null]);
    expect(percentOf(0)).toBe("0");
  });

  it("reads codes however they are parted", () => {
    expect(codesOf("es, PT;fr  de")).toEqual(["ES", "PT", "FR", "DE"]);
  });

  it("names what is not readable", () => {
    const draft = draftOf(SETTINGS);
    const [zone] = draft.zones;
    const method = { ...newMethod(["en"]), key: "new", price: { EUR: "cheap" } };
    if (zone === undefined) throw new Error("there is a zone");
    expect(() => documentOf({ ...draft, zones: [{ ...zone, methods: [method] }] })).toThrow(
      new Unreadable("Home / new"),
    );
  });
});
