import type { StaffOption } from "@vivamarket/api-client";
import { type Draft, type VariantDraft, withVariant } from "./draft.ts";

export const OPTIONS_MAX = 3;
export const VARIANTS_MAX = 2_048;
/** More combinations than this are nobody's wish; they are not made at one press. */
export const COMBINED_MAX = 200;

/** Return the draft with one axis of choice more; every variant has an empty value on it. */
export function withOption(draft: Draft): Draft {
  const option: StaffOption = { name: "", values: [] };
  return {
    ...draft,
    product: { ...draft.product, options: [...draft.product.options, option] },
    variants: withValues(draft.variants, (values) => [...values, ""]),
  };
}

/** Return the draft without that axis; the variants' values on it go with it. */
export function withoutOption(draft: Draft, place: number): Draft {
  return {
    ...draft,
    product: { ...draft.product, options: draft.product.options.filter((_, at) => at !== place) },
    variants: withValues(draft.variants, (values) => values.filter((_, at) => at !== place)),
  };
}

/** Return the draft with that axis changed. */
export function withOptionAs(draft: Draft, place: number, option: StaffOption): Draft {
  const options = draft.product.options.map((each, at) => (at === place ? option : each));
  return { ...draft, product: { ...draft.product, options } };
}

/** Return the combinations that no variant has yet, at most `COMBINED_MAX`. */
export function missingCombinations(draft: Draft): string[][] {
  const there = new Set(draft.variants.map((each) => JSON.stringify(each.fields.option_values)));
  const axes = draft.product.options.map((option) => option.values);
  if (axes.length === 0 || axes.some((values) => values.length === 0)) return [];
  let found: string[][] = [[]];
  for (const values of axes) {
    found = found.flatMap((begun) => values.map((value) => [...begun, value])).slice(0, VARIANTS_MAX);
  }
  return found.filter((values) => !there.has(JSON.stringify(values))).slice(0, COMBINED_MAX);
}

/** Return the draft with a variant for every combination; one that has no values yet takes the first. */
export function withCombinations(draft: Draft): Draft {
  const missing = missingCombinations(draft);
  const variants = draft.variants.map((each) => {
    if (each.fields.option_values.some((value) => value !== "")) return each;
    const option_values = missing.shift();
    return option_values === undefined ? each : { ...each, fields: { ...each.fields, option_values } };
  });
  return missing.reduce(withVariant, { ...draft, variants });
}

function withValues(
  variants: readonly VariantDraft[],
  change: (values: readonly string[]) => string[],
): VariantDraft[] {
  return variants.map((each) => ({
    ...each,
    fields: { ...each.fields, option_values: change(each.fields.option_values) },
  }));
}
