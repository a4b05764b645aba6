import { describe, expect, it } from "vitest";
import { carried } from "./switch.ts";

describe("a switch of language or currency", () => {
  it("keeps what was searched", () => {
    expect(carried("?q=blue+mug&sort=newest", "language")).toBe("?q=blue+mug&sort=newest");
  });

  it("leaves amounts behind with the currency, and slugs with the language", () => {
    expect(carried("?q=mug&price_min=100&price_max=900", "currency")).toBe("?q=mug");
    expect(carried("?category=cups&available=1", "language")).toBe("?available=1");
  });

  it("adds nothing where there was nothing", () => {
    expect(carried("", "currency")).toBe("");
  });
});
