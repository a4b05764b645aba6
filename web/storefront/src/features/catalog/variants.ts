import type { Money } from "@vivamarket/format";
import type { LiveItem } from "@/api/types.ts";

/** One thing to buy, as the page's data holds it; live stock replaces what was published. */
export interface PageVariant {
  readonly sku: string;
  readonly option_values: readonly string[];
  readonly price: Money | null;
  readonly compare_at: Money | null;
  readonly available: boolean;
  readonly image_id: string | null;
}

/** Return the variant that has all the chosen values, if it is made. */
export function variantOf<V extends PageVariant>(
  variants: readonly V[],
  chosen: readonly string[],
): V | undefined {
  return variants.find((variant) => variant.option_values.every((value, axis) => value === chosen[axis]));
}

/** Whether a value can still be bought together with what is chosen on the other axes. */
export function isOffered(
  variants: readonly PageVariant[],
  chosen: readonly string[],
  axis: number,
  value: string,
): boolean {
  return variants.some(
    (variant) =>
      variant.available &&
      variant.option_values.every((own, index) => (index === axis ? own === value : own === chosen[index])),
  );
}

/** Return the variants with what the shop knows right now. */
export function withLive<V extends PageVariant>(
  variants: readonly V[],
  live: ReadonlyMap<string, LiveItem>,
): readonly (V & { low: number | null })[] {
  return variants.map((variant) => {
    const now = live.get(variant.sku);
    if (now === undefined) return { ...variant, low: null };
    return {
      ...variant,
      price: now.price,
      compare_at: now.compare_at,
      available: now.available,
      low: now.low_stock_left,
    };
  });
}
