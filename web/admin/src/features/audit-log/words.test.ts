import { describe, expect, it } from "vitest";
import { endOf, operationWords } from "./words.ts";

describe("what the audit log says", () => {
  it("names operations in words", () => {
    expect(operationWords("refundStaffOrder")).toBe("Refund staff order");
    expect(operationWords("viva staff add")).toBe("Viva staff add");
  });

  it("tells done, refused, failed and cut off apart", () => {
    expect(endOf({ status: 201 })).toBe("done");
    expect(endOf({ status: 403 })).toBe("refused");
    expect(endOf({ status: 503 })).toBe("failed");
    expect(endOf(null)).toBe("cut_off");
  });
});
