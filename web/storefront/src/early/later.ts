/**
 * Runs in the head of every page that is complete without its scripts, and starts them when the content has been
 * painted, or at the first sign of the shopper: on a slow network pictures and letters come before the framework.
 *
 * `scripts/inline-scripts.mjs` puts it there and marks the scripts.
 */
const WAIT_MILLISECONDS_MAX = 2_500;
const SIGNS = ["pointerdown", "pointerover", "keydown", "focusin"] as const;

let started = false;
let pressed: HTMLButtonElement | null = null;

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
    script.onerror = release;
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

/** The page is alive (features/shell/runtime.tsx): let presses through again, the last one that was kept first. */
function release(): void {
  removeEventListener("click", hold, true);
  removeEventListener("viva:alive", release);
  pressed?.click();
  pressed = null;
}

function startAfterPaint(): void {
  // A page that is prepared in the background is not painted, and has nobody to keep waiting.
  if (document.visibilityState === "hidden") start();
  else requestAnimationFrame(() => setTimeout(start));
}

addEventListener("load", startAfterPaint);
setTimeout(start, WAIT_MILLISECONDS_MAX);
for (const sign of SIGNS) addEventListener(sign, start, { capture: true, once: true, passive: true });
addEventListener("click", hold, true);
addEventListener("viva:alive", release);

export {};
