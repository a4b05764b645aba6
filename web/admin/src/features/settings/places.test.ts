import { describe, expect, it } from "vitest";
import { placeWords, valueWords } from "./places.ts";

const WORDS: Record<string, string> = {
  "va.settings.at.shipping": "Shipping",
  "va.settings.at.price": "Price",
  "va.settings.at.steps": "Weight",
  "va.settings.capture_as.manual": "when staff capture it",
  "va.settings.nothing": "nothing",
  "va.settings.yes": "yes",
};
const translate = (name: string, options?: { _: string }) => WORDS[name] ?? options?._ ?? name;

describe("a changed setting", () => {
  it("is told by where it stands, with names as the shop gave them", () => {
    expect(placeWords("/shipping/Spain/methods/standard/price/EUR", translate)).toBe(
      "Shipping › Spain › standard › Price › EUR",
    );
  });

  it("counts rows without a name from one", () => {
    expect(placeWords("/shipping/Spain/methods/letter/steps/0/price/EUR", translate)).toBe(
      "Shipping › Spain › letter › Weight › 1 › Price › EUR",
    );
  });

  it("shows amounts in their currency", () => {
    const place = "/shipping/Spain/methods/standard/free_from/JPY";
    expect(valueWords(place, "6000", "en", translate)).toBe("¥6,000");
    expect(valueWords("/shipping/Spain/methods/standard/price/EUR", "390", "en", translate)).toBe("€3.90");
  });

  it("shows rates as percent, answers as words and nothing as nothing", () => {
    expect(valueWords("/tax/ES/rates_ppm/standard", "55000", "en", translate)).toBe("5.5 %");
    expect(valueWords("/tax/ES/included", "true", "en", translate)).toBe("yes");
    expect(valueWords("/payments/capture", "manual", "en", translate)).toBe("when staff capture it");
    expect(valueWords("/shop/tax_number", "", "en", translate)).toBe("nothing");
    expect(valueWords("/shop/name", "VivaMarket", "en", translate)).toBe("VivaMarket");
  });
});
