import { recall, remember } from "@/api/storage.ts";

/** A product somebody wished for, and when. */
export interface Mark {
  readonly product_id: string;
  readonly at: string;
}

export interface KeptConsent {
  readonly purpose: "statistics" | "marketing" | "news";
  readonly text_version: string;
  readonly given: boolean;
  readonly at: string;
}

/** Told to the page when the list has changed. */
export const WISHES_EVENT = "viva:wishes";
export const WISHES_MAX = 200;
const WISHES_KEY = "viva.wishlist";
const CONSENTS_KEY = "viva.consents";
const CONSENTS_MAX = 24;

/** What somebody else has written there is no list: it counts as empty. */
function listOf<T>(key: string): readonly T[] {
  try {
    const found: unknown = JSON.parse(recall(key) ?? "[]");
    return Array.isArray(found) ? (found as T[]) : [];
  } catch {
    return [];
  }
}

/** Return the wishes of this browser, newest first: a guest's own, or what is known of the customer's. */
export function wishes(): readonly Mark[] {
  return listOf<Mark>(WISHES_KEY).slice(0, WISHES_MAX);
}

export function keepWishes(marks: readonly Mark[]): void {
  remember(WISHES_KEY, marks.length > 0 ? JSON.stringify(marks) : null);
  dispatchEvent(new Event(WISHES_EVENT));
}

export function isWished(id: string): boolean {
  return wishes().some((mark) => mark.product_id === id);
}

/** Return what was decided here about privacy. */
export function consents(): readonly KeptConsent[] {
  return listOf<KeptConsent>(CONSENTS_KEY).slice(0, CONSENTS_MAX);
}
