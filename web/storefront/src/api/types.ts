/** The API's shapes under the names the shop's pages use; all come from the generated client. */
export type {
  AddressForm,
  Cart,
  CartLine,
  Country,
  FacetGroup as Facet,
  Failure as Problem,
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
