/** What a guest allows this shop, on this device. At sign-in it goes into the customer's account. */
import { recall, remember } from "@/api/storage.ts";

/** Changes when the words of the banner do: a consent is to the words that were read. */
export const CONSENT_TEXT_VERSION = "2026-11";
export const CONSENT_EVENT = "viva:consent";
const KEY = "viva.consents";

export type Purpose = "statistics" | "marketing";
export type Choices = Readonly<Record<Purpose, boolean>>;

interface Consent {
  readonly purpose: string;
  readonly text_version: string;
  readonly given: boolean;
  readonly at: string;
}

function kept(): readonly Consent[] {
  try {
    const found: unknown = JSON.parse(recall(KEY) ?? "[]");
    return Array.isArray(found) ? (found as Consent[]) : [];
  } catch {
    return [];
  }
}

/** Return what was decided on a purpose under the present words; null while nothing was. */
export function consentOf(purpose: Purpose): boolean | null {
  const found = kept().find((each) => each.purpose === purpose && each.text_version === CONSENT_TEXT_VERSION);
  return found?.given ?? null;
}

/** Keep the shopper's decision and tell whoever depends on it. `at` is when it was decided, where that is known. */
export function decide(choices: Partial<Choices>, at = new Date().toISOString()): void {
  const decided = Object.entries(choices).map(([purpose, given]) => ({
    purpose,
    text_version: CONSENT_TEXT_VERSION,
    given,
    at,
  }));
  const others = kept().filter((each) => !(each.purpose in choices));
  remember(KEY, JSON.stringify([...others, ...decided]));
  dispatchEvent(new Event(CONSENT_EVENT));
}

/** Runs before the first paint: the banner is part of the page, and shown to who has not decided. */
export const CONSENT_SCRIPT = `try{if(!(localStorage.getItem("${KEY}")||"").includes('"${CONSENT_TEXT_VERSION}"'))document.documentElement.dataset.consent="open"}catch(e){}`;
