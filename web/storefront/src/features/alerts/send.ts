import { api } from "@/api/client.ts";
import { recall, SIGNED_IN_KEY } from "@/api/storage.ts";
import { askAsCustomer } from "./own.ts";

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

/** Ask for the mail, and say below the form what came of it. */
export async function send(form: HTMLFormElement, sku: string, locale: string): Promise<void> {
  if (recall(SIGNED_IN_KEY) !== null) {
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
