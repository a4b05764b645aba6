/** Return an operation's name, such as `refundStaffOrder`, as words. */
export function operationWords(operation: string): string {
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
