import { describe, expect, it } from "vitest";
import { ceilingOf, changeOf } from "./change.ts";

describe("a change", () => {
  it("is a share of what was before", () => {
    expect([changeOf(150, 100), changeOf(50, 100), changeOf(100, 100)]).toEqual([0.5, -0.5, 0]);
  });

  it("is none from nothing", () => {
    expect(changeOf(5, 0)).toBeNull();
  });
});

describe("the top of an axis", () => {
  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [199_00, 200_00],
    [201_00, 250_00],
    [999, 1000],
  ])("over %s is %s", (most, top) => {
    expect(ceilingOf(most)).toBe(top);
  });
});
