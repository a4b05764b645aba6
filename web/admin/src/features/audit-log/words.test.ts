import { describe, expect, it } from "vitest";
import document from "../../../../packages/api-client/openapi.json" with { type: "json" };
import { OPERATIONS } from "./operations.ts";
import { endOf, operationWords } from "./words.ts";

type Paths = Record<string, Record<string, { operationId: string }>>;

describe("what the audit log says", () => {
  it("names operations in words", () => {
    expect(operationWords("refundStaffOrder", "en")).toBe("Refunded an order");
    expect(operationWords("refundStaffOrder", "es")).toBe("Reembolsó un pedido");
    expect(operationWords("viva staff add", "es")).toBe("Viva staff add");
  });

  it("knows every change that staff can make, in both languages", () => {
    const changes = Object.entries(document.paths as Paths).flatMap(([path, verbs]) =>
      path.startsWith("/api/v1/staff/")
        ? Object.entries(verbs).flatMap(([verb, { operationId }]) => (verb === "get" ? [] : [operationId]))
        : [],
    );
    const named = changes.filter((name) => !name.startsWith("preview"));
    expect(named.length).toBeGreaterThan(40);
    for (const words of Object.values(OPERATIONS)) {
      expect(named.filter((name) => words[name] === undefined)).toEqual([]);
    }
  });

  it("tells done, refused, failed and cut off apart", () => {
    expect(endOf({ status: 201 })).toBe("done");
    expect(endOf({ status: 403 })).toBe("refused");
    expect(endOf({ status: 503 })).toBe("failed");
    expect(endOf(null)).toBe("cut_off");
  });
});
