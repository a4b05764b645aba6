import type {
  ProductEdit,
  ProductFields,
  Schedule,
  StaffProduct,
  StaffVariant,
  TextsOfLocale,
  VariantFields,
} from "@vivamarket/api-client";
import { type TypedAttribute, typedAttribute, writtenAttribute } from "./attribute-draft.ts";
import { pricesOf, type TypedPrice, typed } from "./typed.ts";

export const NO_TEXTS: TextsOfLocale = {
  title: "",
  slug: "",
  description_html: "",
  seo_title: "",
  seo_description: "",
};

/** A variant on its way through the form; its key stays while its SKU is typed. */
export interface VariantDraft {
  readonly key: string;
  readonly fields: StaffVariant;
  readonly prices: Readonly<Record<string, TypedPrice>>;
}

/** A product on its way through the form: what is typed is kept as it is typed. */
export interface Draft {
  readonly product: StaffProduct;
  readonly variants: readonly VariantDraft[];
  readonly attributes: readonly TypedAttribute[];
}

const NO_VARIANT: StaffVariant = {
  sku: "",
  option_values: [],
  prices: {},
  barcode: "",
  weight_grams: 0,
  tax_class: "standard",
  requires_shipping: true,
  image_id: null,
  continue_selling: false,
  tracked: true,
  stock: null,
};

/** A product that is not there yet. */
export const NEW_PRODUCT: StaffProduct = {
  id: "",
  version: 0,
  status: "draft",
  is_shown: false,
  texts: {},
  options: [],
  variants: [NO_VARIANT],
  schedule: {},
  vendor: "",
  product_type: "",
  tags: [],
  category_ids: [],
  attributes: [],
  images: [],
  created_at: "",
  updated_at: "",
};

/** Return the form's beginning. */
export function draftOf(product: StaffProduct): Draft {
  return {
    product,
    variants: product.variants.map((fields, place) => ({
      key: `${place}`,
      fields,
      prices: Object.fromEntries(
        Object.entries(fields.prices).map(([currency, price]) => [
          currency,
          { amount: typed(price.amount, currency), compareAt: typed(price.compare_at ?? null, currency) },
        ]),
      ),
    })),
    attributes: product.attributes.map(typedAttribute),
  };
}

/** Return the draft with one variant more: like the last one, with a SKU and values of its own. */
export function withVariant(draft: Draft, option_values: readonly string[]): Draft {
  const last = draft.variants.at(-1);
  const key = String(1 + Math.max(-1, ...draft.variants.map((each) => Number(each.key))));
  const fields = {
    ...(last?.fields ?? NO_VARIANT),
    sku: "",
    barcode: "",
    image_id: null,
    stock: null,
    option_values: [...option_values],
  };
  return { ...draft, variants: [...draft.variants, { key, fields, prices: last?.prices ?? {} }] };
}

/** What is wrong with a draft, as the name of the sentence that says so. */
export class Mistyped extends Error {}

/** Read the form as what the API is asked for. Throw `Mistyped` where something is no amount or no number. */
export function fieldsOf({ product, variants, attributes }: Draft): ProductFields {
  return {
    status: product.status,
    texts: Object.fromEntries(Object.entries(product.texts).filter(([, texts]) => texts.title.trim() !== "")),
    options: product.options,
    variants: variants.map(variantOf),
    schedule: product.schedule,
    vendor: product.vendor,
    product_type: product.product_type,
    tags: product.tags,
    category_ids: product.category_ids,
    attributes: attributes.map((each) => {
      const written = writtenAttribute(each);
      if (written === null) throw new Mistyped("va.attribute.bad_value");
      return written;
    }),
    images: product.images.map(({ media_id, source_url, alt }) => ({
      media_id,
      source_url: media_id === null ? source_url : "",
      alt,
    })),
  };
}

/** As `fieldsOf`, over the version that was read. */
export function editOf(draft: Draft): ProductEdit {
  return { ...fieldsOf(draft), version: draft.product.version };
}

function variantOf({ fields, prices }: VariantDraft): VariantFields {
  const { stock: _, ...kept } = fields;
  const read = pricesOf(prices);
  if (read === null) throw new Mistyped("va.refund.bad_amount");
  return { ...kept, sku: fields.sku.trim(), prices: read };
}

/** Return a moment as a field for dates and times shows it, in the reader's own time. */
export function localTime(moment: Schedule["publish_at"]): string {
  if (moment === null || moment === undefined) return "";
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Return the moment that was typed, null for none. */
export function momentOf(local: string): string | null {
  return local === "" ? null : new Date(local).toISOString();
}
