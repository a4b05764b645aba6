import { api } from "@/api/client.ts";
import { recall } from "@/api/storage.ts";

/** Set by the account while this browser is signed in. */
const SIGNED_IN_KEY = "viva.account";

/** The words stand in the published page, so that no script ships them. */
function say(form: HTMLFormElement, name: string): void {
  const place = form.querySelector<HTMLElement>("[data-alert-told]");
  const words = form.dataset as Readonly<Record<string, string | undefined>>;
  if (place) place.textContent = words[name] ?? words.failed ?? "";
}

const WORDS: Readonly<Record<string, string>> = {
  too_many_attempts: "tooMany",
  in_stock: "inStock",
  bad_customer: "badEmail",
  validation_failed: "badEmail",
};

async function send(form: HTMLFormElement, sku: string, locale: string): Promise<void> {
  if (recall(SIGNED_IN_KEY) !== null) {
    const { askAsCustomer } = await import("./own.ts");
    const code = await askAsCustomer(sku, locale);
    if (code !== "guest") {
      say(form, code === null ? "waiting" : (WORDS[code] ?? "failed"));
      return;
    }
  }
  const email = String(new FormData(form).get("email") ?? "");
  const { error, response } = await api
    .POST("/api/v1/stock-alerts", { body: { sku, email, locale } })
    .catch(() => ({ error: { code: "offline" }, response: { ok: false } }));
  if (response.ok) form.reset();
  say(form, response.ok ? "mailed" : (WORDS[String(error?.code)] ?? "failed"));
}

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
    await send(form, sku, locale);
    form.removeAttribute("aria-busy");
  };
  const listener = (event: SubmitEvent) => void submit(event);
  form.addEventListener("submit", listener);
  return () => form.removeEventListener("submit", listener);
}
