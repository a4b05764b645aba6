/** The API's shapes under the names the shop's pages use; all come from the generated client. */
export type {
  AddressForm,
  Cart,
  CartLine,
  Country,
  FacetGroup as Facet,
  Image,
  LiveItem,
  Order,
  PostalAddress as Address,
  ProductCard as ProductCardData,
  Quote,
  QuoteLine,
  SearchAnswer as SearchResults,
  SuggestionItem as SuggestionData,
  Tax as TaxLine,
} from "@vivamarket/api-client";

/** What an error answer says (RFC 9457), or `offline` when there was no answer at all. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
