import type { Money } from "@vivamarket/format";

/** The shapes of the API that the shop's pages read (see web/packages/api-client/openapi.json). */
export interface Image {
  readonly id: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  readonly widths: readonly number[];
  readonly color: string;
  readonly src_base: string;
}

export interface ProductCardData {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly vendor: string;
  readonly image: Image | null;
  readonly price: Money | null;
  readonly compare_at: Money | null;
  readonly price_varies: boolean;
  readonly available?: boolean;
  readonly skus_count: number;
  readonly default_sku: string;
  readonly category_slug: string | null;
}

export interface Facet {
  readonly key: string;
  readonly label: string;
  readonly values: readonly { readonly value: string; readonly label: string; readonly count: number }[];
}

export interface SearchResults {
  readonly items: readonly ProductCardData[];
  readonly total: number;
  readonly next_cursor: string | null;
  readonly facets: readonly Facet[];
  readonly categories: readonly { readonly id: string; readonly slug: string; readonly title: string; readonly count: number }[];
  readonly price: { readonly min: Money; readonly max: Money } | null;
  readonly corrected: boolean;
}

export interface SuggestionData {
  readonly text: string;
  readonly product: ProductCardData | null;
}

export interface LiveItem {
  readonly sku: string;
  readonly price: Money | null;
  readonly compare_at: Money | null;
  readonly available: boolean;
  readonly low_stock_left: number | null;
}

export interface Address {
  readonly name: string;
  readonly company: string;
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly region: string;
  readonly postal_code: string;
  readonly country: string;
  readonly phone: string;
}

export interface CartLine {
  readonly sku: string;
  readonly product_id: string;
  readonly product_slug: string;
  readonly title: string;
  readonly variant_title: string;
  readonly image: Image | null;
  readonly quantity: number;
  readonly unit_price: Money;
  readonly compare_at: Money | null;
  readonly subtotal: Money;
  readonly problem: null | "sold_out" | "not_enough" | "gone";
  readonly available_quantity: number | null;
}

export interface CartDetails {
  readonly email: string;
  readonly shipping_address: Address | null;
  readonly billing_address: Address | null;
  readonly shipping_method: string | null;
  readonly note: string;
}

export interface Cart {
  readonly id: string;
  readonly version: number;
  readonly currency: string;
  readonly locale: string;
  readonly lines: readonly CartLine[];
  readonly item_count: number;
  readonly subtotal: Money;
  readonly free_shipping: { readonly threshold: Money; readonly remaining: Money } | null;
  readonly details: CartDetails;
  readonly order_id: string | null;
}

export interface QuoteLine {
  readonly sku: string;
  readonly title: string;
  readonly variant_title: string;
  readonly quantity: number;
  readonly unit_price: Money;
  readonly subtotal: Money;
  readonly total: Money;
}

export interface ShippingOption {
  readonly method: string;
  readonly label: string;
  readonly price: Money;
  readonly days_min: number;
  readonly days_max: number;
}

export interface TaxLine {
  readonly label: string;
  readonly rate_ppm: number;
  readonly base: Money;
  readonly amount: Money;
}

export interface Quote {
  readonly hash: string;
  readonly cart_id: string;
  readonly currency: string;
  readonly lines: readonly QuoteLine[];
  readonly subtotal: Money;
  readonly discount_total: Money;
  readonly shipping: { readonly method: string; readonly label: string; readonly price: Money } | null;
  readonly shipping_options: readonly ShippingOption[];
  readonly taxes: readonly TaxLine[];
  readonly tax_total: Money;
  readonly tax_included: boolean;
  readonly total: Money;
  readonly complete: boolean;
  readonly missing: readonly string[];
}

export interface OrderLine extends QuoteLine {
  readonly product_slug: string;
  readonly image: Image | null;
}

export interface Order {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly placed_at: string;
  readonly expires_at: string | null;
  readonly email: string;
  readonly locale: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly subtotal: Money;
  readonly discount_total: Money;
  readonly shipping: { readonly method: string; readonly label: string; readonly price: Money };
  readonly taxes: readonly TaxLine[];
  readonly tax_total: Money;
  readonly tax_included: boolean;
  readonly total: Money;
  readonly refunded_total: Money;
  readonly shipping_address: Address;
  readonly billing_address: Address | null;
  readonly payment: { readonly status: string; readonly attempt: number; readonly failure_code: string | null } | null;
  readonly timeline: readonly { readonly at: string; readonly kind: string }[];
}

export interface Country {
  readonly code: string;
  readonly name: string;
}

/** What an error answer says (RFC 9457), or `offline` when there was no answer at all. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
