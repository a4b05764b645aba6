import type { StaffCategory } from "@vivamarket/api-client";

/** A category with how deep it lies, and where it stands among its siblings. */
export interface Branch {
  readonly category: StaffCategory;
  readonly depth: number;
  readonly place: number;
  /** The ids of all below the same parent, in their order. */
  readonly siblings: readonly string[];
}

/** Return the tree as rows, each parent followed by what lies below it. */
export function branchesOf(categories: readonly StaffCategory[]): Branch[] {
  const below = new Map<string | null, StaffCategory[]>();
  for (const category of categories) {
    below.set(category.parent_id, [...(below.get(category.parent_id) ?? []), category]);
  }
  const walk = (parent: string | null, depth: number): Branch[] => {
    const children = below.get(parent) ?? [];
    const siblings = children.map((child) => child.id);
    return children.flatMap((category, place) => [
      { category, depth, place, siblings },
      ...walk(category.id, depth + 1),
    ]);
  };
  return walk(null, 0);
}

/** Return the ids with one of them a place earlier (-1) or later (1). */
export function moved(ids: readonly string[], place: number, by: -1 | 1): string[] {
  const changed = [...ids];
  const [id] = changed.splice(place, 1);
  if (id !== undefined) changed.splice(place + by, 0, id);
  return changed;
}

/** Return the category and everything below it: none of them can be its parent. */
export function withBelow(categories: readonly StaffCategory[], id: string): ReadonlySet<string> {
  const found = new Set([id]);
  for (const category of categories) {
    if (category.parent_id !== null && found.has(category.parent_id)) found.add(category.id);
  }
  return found;
}

/** Return its name in a language, or in any. */
export function nameOf(category: StaffCategory, locale: string): string {
  return category.texts[locale]?.title ?? Object.values(category.texts)[0]?.title ?? category.id;
}
