import type { Messages } from "@/messages/index.ts";
import { addToCart, showCart } from "./store.ts";

const SHOW_MS = 1_400;

/** Let the plus buttons of product cards put one into the cart. Return what stops it. */
export function followQuickAdd(locale: string, p: Messages["product"]): () => void {
  const add = async (event: MouseEvent) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-add]");
    const sku = button?.dataset.add;
    if (!button || !sku || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    const result = await addToCart(sku, 1, locale);
    button.removeAttribute("aria-busy");
    if (!result.ok) {
      showCart(true);
      return;
    }
    const label = button.getAttribute("aria-label") ?? "";
    button.setAttribute("aria-label", p.added);
    button.classList.add("bump");
    setTimeout(() => {
      button.setAttribute("aria-label", label);
      button.classList.remove("bump");
    }, SHOW_MS);
  };
  document.addEventListener("click", add);
  return () => document.removeEventListener("click", add);
}
