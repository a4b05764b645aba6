import { describe, expect, it } from "vitest";
import { Intents } from "./intents.ts";

function counted(): Intents {
  let made = 0;
  return new Intents(() => `key-${++made}`);
}

describe("the key of a wish", () => {
  it("stays the same until the wish is answered", () => {
    const intents = counted();
    expect([intents.keyOf("refund 1"), intents.keyOf("refund 1")]).toEqual(["key-1", "key-1"]);
  });

  it("is another one for another wish", () => {
    const intents = counted();
    expect([intents.keyOf("refund 1"), intents.keyOf("refund 2")]).toEqual(["key-1", "key-2"]);
  });

  it("is another one after the answer", () => {
    const intents = counted();
    intents.keyOf("refund 1");
    intents.settle("refund 1");
    expect(intents.keyOf("refund 1")).toBe("key-2");
  });

  it("is forgotten when two hundred newer ones came", () => {
    const intents = counted();
    intents.keyOf("old");
    for (let number = 0; number < 200; number += 1) intents.keyOf(`newer ${number}`);
    expect(intents.keyOf("old")).toBe("key-202");
  });
});
