import type { StaffCategory } from "@vivamarket/api-client";
import { describe, expect, it } from "vitest";
import { branchesOf, moved, withBelow } from "./tree.ts";

function category(id: string, parent_id: string | null = null): StaffCategory {
  return { id, parent_id, version: 1, position: 0, texts: {}, image: null, product_count: 0 };
}

const TREE = [
  category("food"),
  category("home"),
  category("bread", "food"),
  category("cake", "food"),
  category("rye", "bread"),
];

describe("the tree", () => {
  it("has what lies below a parent right after it", () => {
    expect(branchesOf(TREE).map(({ category: { id }, depth }) => `${depth} ${id}`)).toEqual([
      "0 food",
      "1 bread",
      "2 rye",
      "1 cake",
      "0 home",
    ]);
  });

  it("knows each one's place among its siblings", () => {
    const cake = branchesOf(TREE).find((branch) => branch.category.id === "cake");
    expect(cake).toMatchObject({ place: 1, siblings: ["bread", "cake"] });
  });

  it("moves one past its neighbour", () => {
    expect([moved(["a", "b", "c"], 1, -1), moved(["a", "b", "c"], 1, 1)]).toEqual([
      ["b", "a", "c"],
      ["a", "c", "b"],
    ]);
  });

  it("has no parent among its own", () => {
    expect([...withBelow(TREE, "food")].sort()).toEqual(["bread", "cake", "food", "rye"]);
  });
});
