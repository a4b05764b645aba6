import { describe, expect, it } from "vitest";
import { Keyset, type KeysetPage } from "./keyset.ts";

/** A list of so many pages, one row each; remembers which were read. */
function list(pages: number) {
  const read: string[] = [];
  const load = (cursor: string | undefined): Promise<KeysetPage<string>> => {
    const number = cursor === undefined ? 1 : Number(cursor);
    read.push(`page ${number}`);
    return Promise.resolve({
      items: [`row ${number}`],
      next_cursor: number < pages ? String(number + 1) : null,
    });
  };
  return { load, read };
}

describe("a page by its number", () => {
  it("knows what stands before and after it", async () => {
    const keyset = new Keyset();
    const { load } = list(2);
    expect(await keyset.page("orders", 1, load)).toEqual({
      data: ["row 1"],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    expect(await keyset.page("orders", 2, load)).toEqual({
      data: ["row 2"],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
  });

  it("is read alone when the page before it was seen", async () => {
    const keyset = new Keyset();
    const { load, read } = list(3);
    await keyset.page("orders", 1, load);
    await keyset.page("orders", 2, load);
    await keyset.page("orders", 3, load);
    await keyset.page("orders", 2, load);
    expect(read).toEqual(["page 1", "page 2", "page 3", "page 2"]);
  });

  it("is walked to after a reload", async () => {
    const { load, read } = list(5);
    const found = await new Keyset().page("orders", 3, load);
    expect(found.data).toEqual(["row 3"]);
    expect(read).toEqual(["page 1", "page 2", "page 3"]);
  });

  it("is empty behind the end", async () => {
    const { load } = list(2);
    expect((await new Keyset().page("orders", 7, load)).data).toEqual([]);
  });

  it("is not walked to for ever", async () => {
    const { load, read } = list(10_000);
    expect((await new Keyset().page("orders", 9_000, load)).data).toEqual([]);
    expect(read.length).toBeLessThan(50);
  });

  it("does not mix lists", async () => {
    const keyset = new Keyset();
    const { load, read } = list(3);
    await keyset.page("orders", 1, load);
    await keyset.page("orders, paid", 2, load);
    expect(read).toEqual(["page 1", "page 1", "page 2"]);
  });
});
