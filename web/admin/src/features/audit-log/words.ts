import { OPERATIONS } from "./operations.ts";

/** Return what somebody did in the reader's words; a command's or an unknown operation's own name as it is. */
export function operationWords(operation: string, locale: string): string {
  const named = OPERATIONS[locale === "es" ? "es" : "en"][operation];
  if (named !== undefined) return named;
  const words = operation.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Return how an entry ended, as a word that statuses have. */
export function endOf(
  outcome: { readonly status: number } | null,
): "done" | "refused" | "failed" | "cut_off" {
  if (outcome === null) return "cut_off";
  if (outcome.status < 400) return "done";
  return outcome.status < 500 ? "refused" : "failed";
}
