import { describe, expect, it } from "vitest";
import { bulkWishOf, NOTHING_WISHED } from "./bulk-wish.ts";

describe("a wish about many products", () => {
  it("names only what was typed", () => {
    const wish = bulkWishOf({
      ...NOTHING_WISHED,
      status: "archived",
      addTags: "sale, winter ,",
      currency: "EUR",
    });
    expect(wish).toEqual({
      status: "archived",
      add_tags: ["sale", "winter"],
      remove_tags: [],
      add_category_ids: [],
      remove_category_ids: [],
    });
  });

  it.each([
    ["10", 1000],
    ["-5", -500],
    ["+2,5", 250],
    ["0.05", 5],
  ])("reads %s percent as %s basis points", (percent, basis_points) => {
    expect(bulkWishOf({ ...NOTHING_WISHED, percent, currency: "EUR" })?.price).toEqual({
      currency: "EUR",
      basis_points,
    });
  });

  it.each(["", "0", "ten", "1.234"])("is none with nothing but %j percent", (percent) => {
    expect(bulkWishOf({ ...NOTHING_WISHED, percent, currency: "EUR" })).toBeNull();
  });
});
