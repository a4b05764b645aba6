import type { StaffProduct } from "@vivamarket/api-client";

/** Return what the product is called in a language, or in any. */
export function titleOf(product: StaffProduct, locale: string): string {
  return product.texts[locale]?.title ?? Object.values(product.texts)[0]?.title ?? product.id;
}
