/** What was looked at on this device, if the shopper allows it to be remembered. */
import { recall, remember } from "@/api/storage.ts";
import { CONSENT_EVENT, consentOf } from "@/features/consent/store.ts";

const KEY = "viva.seen";
const SEEN_MAX = 24;
const ID = /^[0-9A-Za-z-]{1,36}$/;

interface Seen {
  readonly product_id: string;
  readonly at: string;
}

function kept(): readonly Seen[] {
  try {
    const found: unknown = JSON.parse(recall(KEY) ?? "[]");
    return Array.isArray(found) ? (found as Seen[]).filter((each) => ID.test(each.product_id)) : [];
  } catch {
    return [];
  }
}

/** Return the ids of what was looked at, newest first. */
export function seenIds(): readonly string[] {
  return consentOf("marketing") === true ? kept().map((each) => each.product_id) : [];
}

/** Remember the product of this page, once allowed; forget all when that is taken back. Return what stops it. */
export function followSeen(): () => void {
  const note = () => {
    if (consentOf("marketing") !== true) {
      remember(KEY, null);
      return;
    }
    const id = document.querySelector<HTMLElement>("[data-product]")?.dataset.product;
    if (id === undefined) return;
    const others = kept().filter((each) => each.product_id !== id);
    const newest = { product_id: id, at: new Date().toISOString() };
    remember(KEY, JSON.stringify([newest, ...others].slice(0, SEEN_MAX)));
  };
  note();
  addEventListener(CONSENT_EVENT, note);
  return () => removeEventListener(CONSENT_EVENT, note);
}
