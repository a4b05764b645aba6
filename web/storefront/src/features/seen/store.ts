/** What was looked at, as this device knows it, if the shopper allows it to be remembered. */
import { recall, remember, SIGNED_IN_KEY } from "@/api/storage.ts";
import { CONSENT_EVENT, consentOf } from "@/features/consent/store.ts";

const KEY = "viva.seen";
export const SEEN_MAX = 24;
/** Whoever looks at several products in this time is told of them to the account at once. */
const GATHER_MILLISECONDS = 2_000;
const ID = /^[0-9A-Za-z-]{1,36}$/;

export interface Seen {
  readonly product_id: string;
  readonly at: string;
  /** The customer's account does not know it yet. */
  readonly fresh?: true;
}

export function seen(): readonly Seen[] {
  try {
    const found: unknown = JSON.parse(recall(KEY) ?? "[]");
    return Array.isArray(found) ? (found as Seen[]).filter((each) => ID.test(each.product_id)) : [];
  } catch {
    return [];
  }
}

/** Keep this as what was looked at here; nothing, where it may not be remembered. */
export function keepSeen(marks: readonly Seen[]): void {
  const allowed = consentOf("marketing") === true && marks.length > 0;
  remember(KEY, allowed ? JSON.stringify(marks.slice(0, SEEN_MAX)) : null);
}

/** Return the ids of what was looked at, newest first. */
export function seenIds(): readonly string[] {
  return consentOf("marketing") === true ? seen().map((each) => each.product_id) : [];
}

/** Tell the customer's account when the page has nothing else to do. What is not told now is told with the next. */
function tellAccount(waitMilliseconds: number): () => void {
  if (recall(SIGNED_IN_KEY) === null) return () => undefined;
  const tell = () => void import("./tell.ts").then(({ tellSeen }) => tellSeen());
  // Safari has no requestIdleCallback.
  const idle = () => ("requestIdleCallback" in window ? requestIdleCallback(tell) : tell());
  const timer = setTimeout(idle, waitMilliseconds);
  return () => clearTimeout(timer);
}

/** Remember the product of this page, once allowed; forget all when that is taken back. Return what stops it. */
export function followSeen(): () => void {
  let stopTelling = () => {};
  const note = () => {
    const id = document.querySelector<HTMLElement>("[data-product]")?.dataset.product;
    const others = seen().filter((each) => each.product_id !== id);
    const here: Seen[] = id ? [{ product_id: id, at: new Date().toISOString(), fresh: true }] : [];
    keepSeen([...here, ...others]);
    return seen().some((each) => each.fresh);
  };
  const decided = () => {
    note();
    stopTelling();
    stopTelling = tellAccount(0);
  };
  if (note()) stopTelling = tellAccount(GATHER_MILLISECONDS);
  addEventListener(CONSENT_EVENT, decided);
  return () => {
    stopTelling();
    removeEventListener(CONSENT_EVENT, decided);
  };
}
