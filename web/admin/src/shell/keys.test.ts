import { describe, expect, it } from "vitest";
import { PLACE_KEYS } from "./keys.ts";
import { GROUPS } from "./places.ts";

describe("the keys that lead to a page", () => {
  it("each name a place of the menu", () => {
    const names = GROUPS.flatMap((group) => group.places).map((place) => place.name);
    for (const name of Object.values(PLACE_KEYS)) expect(names).toContain(name);
  });
});
