/**
 * Pages of other parts of the shop (payment, staff) take no part in view transitions; leaving for one ends
 * the transition early, which is no error. Return what stops listening.
 */
export function allowEndedTransitions(): () => void {
  const leave = (event: PageSwapEvent) => {
    event.viewTransition?.ready.catch(() => undefined);
    event.viewTransition?.finished.catch(() => undefined);
  };
  addEventListener("pageswap", leave);
  return () => removeEventListener("pageswap", leave);
}
