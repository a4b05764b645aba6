import { categories } from "./categories.ts";
import { content } from "./content.ts";
import { dashboard } from "./dashboard.ts";
import { house } from "./house.ts";
import { inventory } from "./inventory.ts";
import { letters } from "./letters.ts";
import { machinery } from "./machinery.ts";
import { mails } from "./mails.ts";
import { orders } from "./orders.ts";
import { palette } from "./palette.ts";
import { products } from "./products.ts";
import { reports } from "./reports.ts";
import { returns } from "./returns.ts";
import { settings } from "./settings.ts";
import { shell } from "./shell.ts";
import { shipments } from "./shipments.ts";
import { transfers } from "./transfers.ts";
import { webhooks } from "./webhooks.ts";

/** Everything the admin says in Spanish, one file for each feature. `%{…}` is filled in; `||||` parts singular and plural. */
export const es = {
  ra: machinery,
  va: {
    ...shell,
    ...palette,
    ...dashboard,
    ...orders,
    ...shipments,
    ...returns,
    ...products,
    ...categories,
    ...content,
    ...inventory,
    ...transfers,
    ...webhooks,
    ...letters,
    ...reports,
    ...mails,
    ...house,
    ...settings,
  },
};
