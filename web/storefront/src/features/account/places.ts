import type { IconName } from "@vivamarket/ui";
import { home } from "@/api/place.ts";
import type { Messages } from "@/messages/index.ts";

export type AccountPageName = keyof Messages["account"]["pages"];

interface AccountPlace {
  readonly name: AccountPageName;
  /** Below `/<locale>/account/`. */
  readonly path: string;
  readonly icon: IconName;
}

/** The pages of an account in the order of their navigation: a route and a feature file belong to each. */
export const ACCOUNT_PAGES: readonly AccountPlace[] = [
  { name: "overview", path: "", icon: "person" },
  { name: "orders", path: "orders/", icon: "box" },
  { name: "addresses", path: "addresses/", icon: "truck" },
  { name: "wishlist", path: "wishlist/", icon: "heart" },
  { name: "preferences", path: "preferences/", icon: "filter" },
  { name: "security", path: "security/", icon: "lock" },
  { name: "privacy", path: "privacy/", icon: "paper" },
];

/** The id of a page's heading: where to go when what had the focus has left the page. */
export const ACCOUNT_TITLE = "account-title";

/** Return the address of one of them. */
export function accountPath(locale: string, name: AccountPageName): string {
  const place = ACCOUNT_PAGES.find((each) => each.name === name);
  return `${home(locale)}account/${place?.path ?? ""}`;
}

/** Return the titles of the pages' documents by the pages' names, for the publisher. */
export function accountTitles(t: Messages["account"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ACCOUNT_PAGES.map(({ name, path }) => [
      `account/${path}`.replace(/\/$/, ""),
      path === "" ? t.title : t.pages[name],
    ]),
  );
}
