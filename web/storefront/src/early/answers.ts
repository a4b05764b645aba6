/**
 * Questions a page is certain to ask, sent from its head before its scripts are there. Each answer is taken once.
 */
declare global {
  interface Window {
    vivaEarly?: Record<string, Promise<Response>>;
  }
}

/** Send a question now. `address` has no origin. */
export function askEarly(address: string): void {
  const answer = fetch(address);
  // Nobody may ever take it; then its failure is nobody's either.
  answer.catch(() => undefined);
  window.vivaEarly = { ...window.vivaEarly, [address]: answer };
}

/** Return the answer that is already on its way, once; undefined when this was not asked early. */
export function earlyAnswer(request: Request): Promise<Response> | undefined {
  if (request.method !== "GET" || window.vivaEarly === undefined) return undefined;
  const address = request.url.slice(location.origin.length);
  const answer = window.vivaEarly[address];
  delete window.vivaEarly[address];
  return answer;
}
