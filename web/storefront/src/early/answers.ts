/**
 * Questions a page is certain to ask, sent from its head before its scripts are there. Each answer is taken once.
 */
declare global {
  interface Window {
    vivaEarly?: Record<string, Promise<Response>>;
    /** A copy of the answer that the page is drawn from. */
    vivaCopy?: Promise<Response>;
    /** Whether the answer is drawn; not there on pages where nothing is drawn early. */
    vivaDrawn?: Promise<boolean>;
  }
}

/** Send a question now, and keep a copy of its answer for the drawing. `address` has no origin. */
export function askEarly(address: string): void {
  const answer = fetch(address);
  const copy = answer.then((response) => response.clone());
  // Nobody may ever take them; then their failure is nobody's either.
  answer.catch(() => undefined);
  copy.catch(() => undefined);
  window.vivaEarly = { ...window.vivaEarly, [address]: answer };
  window.vivaCopy = copy;
}

/** Return the answer that is already on its way, once; undefined when this was not asked early. */
export function earlyAnswer(request: Request): Promise<Response> | undefined {
  if (request.method !== "GET" || window.vivaEarly === undefined) return undefined;
  const address = request.url.slice(location.origin.length);
  const answer = window.vivaEarly[address];
  delete window.vivaEarly[address];
  return answer;
}

/** Let a drawing run; where it cannot, the framework draws as if it had never been tried. */
export function drawEarly(draw: () => Promise<boolean>): void {
  window.vivaDrawn = draw().catch(() => false);
}

/**
 * Write a number now, while the page waits for its styles: a browser's first one in a language costs it ten
 * milliseconds, which then are not missing where the answer is drawn.
 */
export function warmNumbers(): void {
  new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" }).format(0);
}
