import type { ProductEdit, StaffProduct, StaffVariant, TextsOfLocale } from "@vivamarket/api-client";
import { parseMinorUnits } from "@vivamarket/format";

export const NO_TEXTS: TextsOfLocale = {
  title: "",
  slug: "",
  description_html: "",
  seo_title: "",
  seo_description: "",
};

/** A price as it is typed. */
export interface TypedPrice {
  readonly amount: string;
  readonly compareAt: string;
}

export type TypedPrices = Readonly<Record<string, Readonly<Record<string, TypedPrice>>>>;

/** A product on its way through the form: its content, and prices as they are typed, by SKU and currency. */
export interface Draft {
  readonly product: StaffProduct;
  readonly prices: TypedPrices;
}

/** Return the form's beginning. */
export function draftOf(product: StaffProduct): Draft {
  const prices = Object.fromEntries(
    product.variants.map((variant) => [
      variant.sku,
      Object.fromEntries(
        Object.entries(variant.prices).map(([currency, price]) => [
          currency,
          { amount: typed(price.amount, currency), compareAt: typed(price.compare_at ?? null, currency) },
        ]),
      ),
    ]),
  );
  return { product, prices };
}

/** Return an amount as a person would type it. */
export function typed(minorUnits: number | null, currency: string): string {
  if (minorUnits === null) return "";
  const places =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  if (places === 0) return String(minorUnits);
  const digits = String(minorUnits).padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Read the form as what the API is asked for; null when a price is no amount. */
export function editOf({ product, prices }: Draft): ProductEdit | null {
  const variants = [];
  for (const variant of product.variants) {
    const read = pricesOf(prices[variant.sku] ?? {});
    if (read === null) return null;
    variants.push({ ...withoutStock(variant), prices: read });
  }
  return {
    version: product.version,
    status: product.status,
    texts: Object.fromEntries(Object.entries(product.texts).filter(([, texts]) => texts.title.trim() !== "")),
    options: product.options,
    variants,
    schedule: product.schedule,
    vendor: product.vendor,
    product_type: product.product_type,
    tags: product.tags,
    category_ids: product.category_ids,
    attributes: product.attributes,
    images: product.images.map(({ media_id, source_url, alt }) => ({
      media_id,
      source_url: media_id === null ? source_url : "",
      alt,
    })),
  };
}

function withoutStock({ stock: _, ...fields }: StaffVariant) {
  return fields;
}

function pricesOf(typedPrices: Readonly<Record<string, TypedPrice>>) {
  const read: Record<string, { amount: number; compare_at: number | null }> = {};
  for (const [currency, { amount, compareAt }] of Object.entries(typedPrices)) {
    if (amount.trim() === "") continue;
    const minorUnits = parseMinorUnits(amount, currency);
    const former = compareAt.trim() === "" ? null : parseMinorUnits(compareAt, currency);
    if (minorUnits === null || (former === null && compareAt.trim() !== "")) return null;
    read[currency] = { amount: minorUnits, compare_at: former };
  }
  return read;
}
