/**
 * Runs in the head of every page that is complete without its scripts, and starts them when the content has been
 * painted, or at the first sign of the shopper: on a slow network pictures and letters come before the framework.
 *
 * `scripts/inline-scripts.mjs` puts it there and marks the scripts.
 */
import "./answers.ts";

const WAIT_MILLISECONDS_MAX = 2_500;
const SIGNS = ["pointerdown", "pointerover", "keydown", "focusin"] as const;

let started = false;
let pressed: HTMLButtonElement | null = null;
let chosen: { readonly select: HTMLSelectElement; readonly value: string } | null = null;

/** Put every marked script in its own place, as a script this time. */
function start(): void {
  if (started) return;
  started = true;
  for (const mark of document.querySelectorAll<HTMLScriptElement>('script[type="text/later"]')) {
    const script = document.createElement("script");
    script.id = mark.id;
    // As it was written: the bundler knows its chunks by this attribute, not by whole addresses.
    script.setAttribute("src", mark.getAttribute("src") ?? "");
    script.async = true;
    // Without its scripts a page still has links and forms: nothing may be held back from them.
    script.onerror = repeat;
    mark.replaceWith(script);
  }
}

/** Keep a press that nobody can answer yet. What a form or a popover does by itself is not held back. */
function hold(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button === null || button.form?.hasAttribute("action") || button.popoverTargetElement) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pressed = button;
}

/** Keep a choice that nobody can follow yet: at `input`, for React may have put its own value back at `change`. */
function holdChoice(event: Event): void {
  if (!(event.target instanceof HTMLSelectElement)) return;
  chosen = { select: event.target, value: event.target.value };
}

/** The page is alive (features/shell/runtime.tsx). What its head drew may still have to be replaced. */
function release(): void {
  removeEventListener("viva:alive", release);
  const until = document.querySelector<HTMLElement>("[data-until]")?.dataset.until;
  if (until === undefined) repeatSoon();
  else addEventListener(until, repeatSoon, { once: true });
}

/** Wait for React to end: what is told it while it answers something else is put back before it is heard. */
function repeatSoon(): void {
  setTimeout(repeat);
}

/** Let presses through again, the last one that was kept first: on the same button, or on its successor. */
function repeat(): void {
  removeEventListener("click", hold, true);
  removeEventListener("input", holdChoice, true);
  repeatChoice();
  const label = pressed?.getAttribute("aria-label") ?? "";
  const now = pressed?.isConnected
    ? pressed
    : document.querySelector<HTMLElement>(`main button[aria-label="${CSS.escape(label)}"]`);
  now?.click();
  pressed = null;
}

/** Make the choice again: coming alive, the page has shown its own value meanwhile. */
function repeatChoice(): void {
  if (chosen === null) return;
  const { select, value } = chosen;
  chosen = null;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Wait for what the head draws (early/place.tsx), and until the first pictures can be painted: the load event knows
 * nothing of the one, and only that the other have arrived.
 */
async function drawn(): Promise<void> {
  await window.vivaDrawn;
  const pictures = document.querySelectorAll<HTMLImageElement>('img[loading="eager"]');
  await Promise.allSettled([...pictures].map((picture) => picture.decode()));
}

async function startAfterPaint(): Promise<void> {
  // A page that is prepared in the background is not painted, and has nobody to keep waiting.
  if (document.visibilityState === "hidden") return start();
  await drawn();
  requestAnimationFrame(() => setTimeout(start));
}

addEventListener("load", () => void startAfterPaint());
setTimeout(start, WAIT_MILLISECONDS_MAX);
for (const sign of SIGNS) addEventListener(sign, start, { capture: true, once: true, passive: true });
addEventListener("click", hold, true);
addEventListener("input", holdChoice, true);
addEventListener("viva:alive", release);
