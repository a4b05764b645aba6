import type { ReactNode } from "react";

/**
 * The two ways one piece of markup is used: in the browser with real values, and once at build time
 * with marks in place of values, for the Python publisher to fill (docs/decisions/0005).
 */
export interface Marks {
  /** Show `node` when `condition` holds; in a template, leave the choice to the publisher. */
  when(name: string, condition: boolean, node: () => ReactNode): ReactNode;
  /** Show one node for each item; in a template, show it once, between marks. */
  each<T>(name: string, items: readonly T[], sample: T, node: (item: T, key: number) => ReactNode): ReactNode;
}

/** Real values, now. */
export const real: Marks = {
  when: (_name, condition, node) => (condition ? node() : null),
  each: (_name, items, _sample, node) => items.map(node),
};

/** A value the publisher escapes and puts in. */
export function token(name: string): string {
  return `@@${name}@@`;
}

/** Ready markup the publisher puts in as it is. */
export function htmlToken(name: string): string {
  return `@@html:${name}@@`;
}

/** A JSON document the publisher puts in, safe inside a script element. */
export function jsonToken(name: string): string {
  return `@@json:${name}@@`;
}
