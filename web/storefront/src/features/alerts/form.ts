import { recall, SIGNED_IN_KEY } from "@/api/storage.ts";

/** Let a sold-out product page take addresses to write to. Return what stops it. */
export function startStockAlert(locale: string): () => void {
  const form = document.querySelector<HTMLFormElement>("[data-alert]");
  const product = document.querySelector<HTMLElement>("[data-product]");
  if (!form || !product) return () => undefined;
  const field = form.querySelector<HTMLInputElement>("input[name=email]");
  const known = recall(SIGNED_IN_KEY) !== null;
  if (field && known) {
    field.required = false;
    field.hidden = true;
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const sku = product.dataset.chosen;
    if (!sku || form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    // Few shoppers ask: the rest of it comes with the first who does.
    const { send } = await import("./send.ts");
    await send(form, sku, locale);
    form.removeAttribute("aria-busy");
  };
  const listener = (event: SubmitEvent) => void submit(event);
  form.addEventListener("submit", listener);
  return () => form.removeEventListener("submit", listener);
}
