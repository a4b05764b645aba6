import { beforeEach, expect, test, vi } from "vitest";
import { favourites, keepFavourites } from "./store.ts";

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});

test("favourites come back in their order", () => {
  keepFavourites(["b", "a"]);

  expect(favourites()).toEqual(["b", "a"]);
});

test("no favourites leave nothing behind", () => {
  keepFavourites(["a"]);
  keepFavourites([]);

  expect(kept.size).toBe(0);
});

test("what is no id never reaches a stylesheet", () => {
  kept.set("viva.favourites", '["a\\"]{}*{display:none}", 7, "good-1"]');

  expect(favourites()).toEqual(["good-1"]);
});

test.each(["{", "null", '"x"'])("%s counts as no favourites", (text) => {
  kept.set("viva.favourites", text);

  expect(favourites()).toEqual([]);
});
