import type { Transfer } from "@vivamarket/api-client";

const FIRST_MS = 700;
const LAST_MS = 5_000;
const GROWTH = 1.3;

/** Whether the worker has something to do, so that looking again is worth it. */
export function isOpen(transfer: Transfer): boolean {
  return transfer.state === "waiting" || transfer.state === "running";
}

/** Return after how many milliseconds to look again: soon at first, less often the longer it takes. */
export function lookAgainMs(looks: number): number {
  return Math.min(LAST_MS, Math.round(FIRST_MS * GROWTH ** looks));
}

/** Return how far it is, in whole percent; null while nobody knows. */
export function percentOf(transfer: Transfer): number | null {
  if (transfer.total === 0) return null;
  return Math.min(100, Math.floor((100 * transfer.done) / transfer.total));
}
