import type { Transfer } from "@vivamarket/api-client";
import { describe, expect, it } from "vitest";
import { isOpen, lookAgainMs, percentOf } from "./progress.ts";

const transfer = (given: Partial<Transfer>) => given as Transfer;

describe("a transfer that is watched", () => {
  it("is looked at less often the longer it takes, and never more seldom than every five seconds", () => {
    const waits = Array.from({ length: 30 }, (_, looks) => lookAgainMs(looks));
    expect(waits[0]).toBe(700);
    expect(waits).toEqual([...waits].sort((one, other) => one - other));
    expect(waits.at(-1)).toBe(5_000);
  });

  it.each([
    ["waiting", true],
    ["running", true],
    ["checked", false],
    ["done", false],
    ["failed", false],
    ["canceled", false],
  ] as const)("that is %s is looked at again: %s", (state, again) => {
    expect(isOpen(transfer({ state }))).toBe(again);
  });

  it("tells no share while nobody knows the whole", () => {
    expect(percentOf(transfer({ done: 0, total: 0 }))).toBeNull();
    expect(percentOf(transfer({ done: 1, total: 3 }))).toBe(33);
    expect(percentOf(transfer({ done: 7, total: 3 }))).toBe(100);
  });
});
