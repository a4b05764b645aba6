import { describe, expect, it } from "vitest";
import { apiQuery, cleared, filterCount, readQuery, toggled, writeQuery } from "./query.ts";

const FIXED = { sort: "relevance" };

describe("a list's address", () => {
  it("survives being read and written", () => {
    const address = "?q=red+mug&sort=price_asc&available=true&price_min=500&attr.color=red&attr.color=blue";
    expect(writeQuery(readQuery(address, FIXED), FIXED)).toBe(address);
  });

  it("leaves out what is as always", () => {
    expect(writeQuery(readQuery("?sort=relevance&available=false", FIXED), FIXED)).toBe("");
  });

  it("ignores what it does not understand", () => {
    const query = readQuery("?sort=drop&price_min=-5&price_max=1e9&utm=x", FIXED);
    expect(writeQuery(query, FIXED)).toBe("");
  });

  it("keeps the page's own category out of the address and in the question", () => {
    const fixed = { category: "kitchen", sort: "newest" };
    const query = readQuery("", fixed);
    expect(writeQuery(query, fixed)).toBe("");
    expect(apiQuery(query, "en", "EUR", null)).toBe(
      "category=kitchen&sort=newest&locale=en&currency=EUR&limit=24",
    );
  });
});

describe("filters", () => {
  it("switch on and off again", () => {
    const none = readQuery("", FIXED);
    const red = toggled(none, "color", "red");
    expect(filterCount(red)).toBe(1);
    expect(toggled(red, "color", "red")).toEqual(none);
  });

  it("are cleared without losing the words", () => {
    const query = readQuery("?q=mug&available=true&price_max=900&attr.color=red", FIXED);
    expect(filterCount(query)).toBe(3);
    expect(writeQuery(cleared(query), FIXED)).toBe("?q=mug");
  });
});
