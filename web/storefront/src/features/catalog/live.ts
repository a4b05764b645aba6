import { formatMoney } from "@vivamarket/format";
import { api, read } from "@/api/client.ts";
import { currency } from "@/api/place.ts";
import type { LiveItem } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";

const SKUS_MAX = 100;

/** Told to the page when prices and stock have been read: what the product page listens for. */
export const LIVE_EVENT = "viva:live";

function showOnCard(card: HTMLElement, item: LiveItem, locale: string, p: Messages["product"]): void {
  card.dataset.state = item.available ? "available" : "sold_out";
  card.dataset.sale = String(item.compare_at !== null);
  const price = card.querySelector("[data-price]");
  const compare = card.querySelector("[data-compare]");
  if (price) price.textContent = item.price ? formatMoney(item.price, locale) : p.noPrice;
  if (compare) compare.textContent = item.compare_at ? formatMoney(item.compare_at, locale) : "";
}

async function refresh(locale: string, p: Messages["product"]): Promise<void> {
  const cards = [...document.querySelectorAll<HTMLElement>("[data-card]")];
  const wanted = new Set(cards.map((card) => card.dataset.sku ?? ""));
  for (const sku of skusOfPage()) wanted.add(sku);
  wanted.delete("");
  const skus = [...wanted];
  for (let start = 0; start < skus.length; start += SKUS_MAX) {
    const params = { query: { skus: skus.slice(start, start + SKUS_MAX).join(","), currency: currency() } };
    const result = await read(() => api.GET("/api/v1/live", { params }));
    if (!result.ok) return;
    const bySku = new Map(result.data.items.map((item) => [item.sku, item]));
    for (const card of cards) {
      const item = bySku.get(card.dataset.sku ?? "");
      if (item) showOnCard(card, item, locale, p);
    }
    dispatchEvent(new CustomEvent(LIVE_EVENT, { detail: bySku }));
  }
}

/** Return the SKUs of the product this page is about, if it is about one. */
function skusOfPage(): readonly string[] {
  const data = document.getElementById("product-data")?.textContent;
  if (!data) return [];
  const product = JSON.parse(data) as { variants: { sku: string }[] };
  return product.variants.slice(0, SKUS_MAX).map((variant) => variant.sku);
}

/** Ask once after the first paint for live prices and stock of everything on the page. */
export function followLive(locale: string, p: Messages["product"]): () => void {
  const again = () => {
    if (document.visibilityState === "visible") void refresh(locale, p);
  };
  const timer = setTimeout(again, 0);
  const restored = (event: PageTransitionEvent) => {
    if (event.persisted) again();
  };
  addEventListener("pageshow", restored);
  document.addEventListener("prerenderingchange", again);
  return () => {
    clearTimeout(timer);
    removeEventListener("pageshow", restored);
    document.removeEventListener("prerenderingchange", again);
  };
}
