import { fill, formatMoney } from "@vivamarket/format";
import type { LiveItem } from "@/api/types.ts";
import { addToCart, showCart } from "@/features/cart/store.ts";
import type { Messages } from "@/messages/index.ts";
import { startGallery } from "./gallery.ts";
import { LIVE_EVENT } from "./live.ts";
import { isOffered, type PageVariant, variantOf, withLive } from "./variants.ts";

const QUANTITY_MAX = 99;

interface PageProduct {
  readonly variants: readonly PageVariant[];
}

/**
 * Give the published product page its behavior: it stays the server's HTML, and this listens to it.
 * Return what stops it.
 */
export function startProductPage(locale: string, p: Messages["product"]): () => void {
  const root = document.querySelector<HTMLElement>("[data-product]");
  const form = root?.querySelector<HTMLFormElement>("[data-buy]");
  const data = document.getElementById("product-data")?.textContent;
  if (!root || !form || !data) return () => undefined;
  const product = JSON.parse(data) as PageProduct;
  const end = new AbortController();
  const gallery = startGallery(root, end.signal);
  const page = new ProductPage(root, form, product, locale, p, gallery);
  form.addEventListener("change", () => page.show(true), { signal: end.signal });
  form.addEventListener("click", (event) => page.step(event), { signal: end.signal });
  form.addEventListener("submit", (event) => void page.submit(event), { signal: end.signal });
  addEventListener(LIVE_EVENT, (event) => page.live((event as CustomEvent<Map<string, LiveItem>>).detail), {
    signal: end.signal,
  });
  page.begin();
  return () => end.abort();
}

class ProductPage {
  private variants: readonly (PageVariant & { low: number | null })[];

  constructor(
    private readonly root: HTMLElement,
    private readonly form: HTMLFormElement,
    product: PageProduct,
    private readonly locale: string,
    private readonly p: Messages["product"],
    private readonly gallery: { show(imageId: string): void },
  ) {
    this.variants = withLive(product.variants, new Map());
  }

  live(items: ReadonlyMap<string, LiveItem>): void {
    this.variants = withLive(this.variants, items);
    this.show(false);
  }

  /** Show what the shopper has chosen before this script was there, else what the address names. */
  begin(): void {
    const chosen = this.groups().some((group) =>
      group.some((radio) => radio.checked !== radio.defaultChecked),
    );
    if (!chosen) this.chooseFromAddress();
    this.show(chosen);
  }

  /** Choose the variant that the address names (`?sku=`), as shared links do. */
  chooseFromAddress(): void {
    const sku = new URLSearchParams(location.search).get("sku");
    const wanted = this.variants.find((variant) => variant.sku === sku);
    for (const [axis, group] of this.groups().entries()) {
      const value = wanted?.option_values[axis];
      for (const radio of group) if (value !== undefined) radio.checked = radio.value === value;
    }
  }

  /** Bring price, stock and the buttons in line with what is chosen. */
  show(byShopper: boolean): void {
    const groups = this.groups();
    const chosen = groups.map((group) => group.find((radio) => radio.checked)?.value ?? "");
    const variant = variantOf(this.variants, chosen);
    this.markChoices(groups, chosen);
    this.root.dataset.chosen = variant?.sku ?? "";
    const canBuy = variant?.available === true && variant.price !== null;
    this.root.dataset.state = canBuy ? "available" : "sold_out";
    this.root.dataset.sale = String(variant?.compare_at != null);
    this.text(
      "[data-price]",
      variant?.price ? formatMoney(variant.price, this.locale) : variant ? this.p.noPrice : "—",
    );
    this.text("[data-compare]", variant?.compare_at ? formatMoney(variant.compare_at, this.locale) : "");
    this.text("[data-stock]", this.stockText(variant));
    this.text("[data-submit-label]", canBuy ? this.p.add : this.p.soldOut);
    const button = this.form.querySelector<HTMLButtonElement>("[data-submit]");
    if (button) button.disabled = !canBuy;
    if (!byShopper || variant === undefined) return;
    this.text("[data-message]", "");
    if (variant.image_id !== null) this.gallery.show(variant.image_id);
    history.replaceState(history.state, "", `${location.pathname}?sku=${encodeURIComponent(variant.sku)}`);
  }

  /** The plus and minus beside the quantity. */
  step(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-step]");
    if (!button) return;
    const field = this.form.elements.namedItem("quantity") as HTMLInputElement;
    const next = this.quantity() + Number(button.dataset.step);
    field.value = String(Math.min(QUANTITY_MAX, Math.max(1, next)));
  }

  async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const chosen = this.groups().map((group) => group.find((radio) => radio.checked)?.value ?? "");
    const variant = variantOf(this.variants, chosen);
    const button = this.form.querySelector<HTMLButtonElement>("[data-submit]");
    if (variant === undefined || button === null || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    this.text("[data-submit-label]", this.p.adding);
    const result = await addToCart(variant.sku, this.quantity(), this.locale);
    button.removeAttribute("aria-busy");
    this.text("[data-submit-label]", this.p.add);
    this.text("[data-message]", result.ok ? "" : result.problem.detail || this.p.liveFailed);
    if (result.ok) showCart(true);
  }

  private quantity(): number {
    const field = this.form.elements.namedItem("quantity") as HTMLInputElement;
    const number = Number.parseInt(field.value, 10);
    return Number.isNaN(number) ? 1 : Math.min(QUANTITY_MAX, Math.max(1, number));
  }

  private groups(): HTMLInputElement[][] {
    return [...this.form.querySelectorAll("[data-option]")].map((group) => [
      ...group.querySelectorAll<HTMLInputElement>("input[type=radio]"),
    ]);
  }

  private markChoices(groups: readonly HTMLInputElement[][], chosen: readonly string[]): void {
    for (const [axis, group] of groups.entries()) {
      for (const radio of group) {
        const label = radio.closest<HTMLElement>(".option-value");
        if (label) label.dataset.soldOut = String(!isOffered(this.variants, chosen, axis, radio.value));
        if (radio.checked) {
          const name = radio.closest("[data-option]")?.querySelector("[data-chosen]");
          if (name) name.textContent = radio.nextElementSibling?.textContent ?? radio.value;
        }
      }
    }
  }

  private stockText(variant: (PageVariant & { low: number | null }) | undefined): string {
    if (variant === undefined) return this.p.unavailableCombination;
    if (!variant.available) return this.p.notAvailable;
    return variant.low === null ? this.p.inStock : fill(this.p.lowStock, { count: variant.low });
  }

  private text(selector: string, words: string): void {
    const place = this.form.querySelector(selector);
    if (place && place.textContent !== words) place.textContent = words;
  }
}
