import { account } from "./account.ts";
import { addresses } from "./addresses.ts";
import { aftersales } from "./aftersales.ts";
import { cart } from "./cart.ts";
import { catalog } from "./catalog.ts";
import { checkout } from "./checkout.ts";
import { content } from "./content.ts";
import { orders } from "./orders.ts";
import { personal } from "./personal.ts";
import { search } from "./search.ts";
import { security } from "./security.ts";
import { shell } from "./shell.ts";

/** Everything the shop says in English, one file for each feature. */
export const en = {
  ...shell,
  ...catalog,
  ...search,
  ...cart,
  ...checkout,
  ...account,
  ...security,
  ...addresses,
  ...orders,
  ...aftersales,
  ...content,
  ...personal,
} as const;
