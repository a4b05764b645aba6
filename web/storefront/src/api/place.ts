/**
 * Where the page belongs: the publisher tells every page its language's and currency's part of the address
 * (src/vivamarket/pages/editions.py). While pages are built there is only the language.
 */
const page = () => (typeof document === "undefined" ? undefined : document.documentElement.dataset);

/** Return how addresses begin here, such as `/en/` or `/en/usd/`; every link within the shop starts so. */
export function home(locale: string): string {
  return page()?.base ?? `/${locale}/`;
}

/** Return the currency that prices are shown in here. */
export function currency(): string {
  return page()?.currency ?? "EUR";
}

/** Return what follows the beginning in the page's own address: `p/mug/`. */
export function tail(locale: string): string {
  return location.pathname.slice(home(locale).length);
}
