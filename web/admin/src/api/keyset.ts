/** A page of the API: what is on it, and where the next one begins. */
export interface KeysetPage<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export interface NumberedPage<T> {
  readonly data: T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

/** Lists whose cursors are remembered; the least recently read is forgotten. */
const LISTS_MAX = 50;
/** How many pages are read on the way to one whose beginning is not known, such as after a reload. */
const WALK_PAGES_MAX = 40;

/**
 * Numbers for keyset pages. The API knows only "the page after this one"; a list in the browser has numbers,
 * which stand in its address. What is known of the way is kept; the rest is walked.
 */
export class Keyset {
  /** By list: where its second page begins, its third, … */
  readonly #known = new Map<string, string[]>();

  /** Return the page of that number (from 1); an empty one when the list ends before it. */
  async page<T>(
    list: string,
    number: number,
    load: (cursor: string | undefined) => Promise<KeysetPage<T>>,
  ): Promise<NumberedPage<T>> {
    const cursors = this.#cursorsOf(list);
    const wanted = Math.max(1, Math.floor(number));
    for (let walked = 0; cursors.length < wanted - 1; walked += 1) {
      const next = (await load(cursors.at(-1))).next_cursor;
      if (next === null || walked >= WALK_PAGES_MAX) return ended(wanted);
      cursors.push(next);
    }
    const found = await load(wanted === 1 ? undefined : cursors[wanted - 2]);
    // What comes after this page may have changed since it was read last.
    cursors.length = wanted - 1;
    if (found.next_cursor !== null) cursors.push(found.next_cursor);
    return {
      data: [...found.items],
      pageInfo: { hasNextPage: found.next_cursor !== null, hasPreviousPage: wanted > 1 },
    };
  }

  #cursorsOf(list: string): string[] {
    const cursors = this.#known.get(list) ?? [];
    this.#known.delete(list);
    this.#known.set(list, cursors);
    const [oldest] = this.#known.keys();
    if (this.#known.size > LISTS_MAX && oldest !== undefined) this.#known.delete(oldest);
    return cursors;
  }
}

function ended<T>(number: number): NumberedPage<T> {
  return { data: [], pageInfo: { hasNextPage: false, hasPreviousPage: number > 1 } };
}
