import { describe, expect, it } from "vitest";
import { fill, formatMoney, parseMinorUnits, plural } from "./index.ts";

describe("formatMoney", () => {
  it("writes the currency's own number of decimals", () => {
    expect(formatMoney({ minor_units: 1250, currency: "EUR" }, "en")).toBe("€12.50");
    expect(formatMoney({ minor_units: 5, currency: "USD" }, "en")).toBe("$0.05");
    expect(formatMoney({ minor_units: 1250, currency: "JPY" }, "en")).toBe("¥1,250");
    expect(formatMoney({ minor_units: 1250, currency: "KWD" }, "en")).toBe("KWD\u00a01.250");
  });

  it("follows the locale", () => {
    expect(formatMoney({ minor_units: 123456, currency: "EUR" }, "es")).toBe("1234,56\u00a0€");
  });

  it("keeps every digit of the largest amount", () => {
    expect(formatMoney({ minor_units: 1_000_000_000_099, currency: "EUR" }, "en")).toBe("€10,000,000,000.99");
  });

  it("shows a negative amount", () => {
    expect(formatMoney({ minor_units: -1, currency: "EUR" }, "en")).toBe("-€0.01");
  });
});

describe("parseMinorUnits", () => {
  it("reads a point or a comma", () => {
    expect(parseMinorUnits("12", "EUR")).toBe(1200);
    expect(parseMinorUnits("12.5", "EUR")).toBe(1250);
    expect(parseMinorUnits(" 12,50 ", "EUR")).toBe(1250);
  });

  it("refuses what is no amount", () => {
    for (const text of ["", "-1", "1.234", "1,000.00", "abc", "1e3"]) {
      expect(parseMinorUnits(text, "EUR")).toBeNull();
    }
  });
});

describe("words", () => {
  it("fills names and keeps unknown ones visible", () => {
    expect(fill("{count} of {total}", { count: 1 })).toBe("1 of {total}");
  });

  it("chooses the plural", () => {
    expect(plural("en", 1, "{count} product", "{count} products")).toBe("1 product");
    expect(plural("es", 1200, "{count} producto", "{count} productos")).toBe("1200 productos");
  });
});
