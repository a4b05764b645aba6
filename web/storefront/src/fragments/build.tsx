import { createHash } from "node:crypto";
import type { ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { accountTitles } from "@/features/account/places.ts";
import { ProductCard } from "@/features/catalog/card.tsx";
import { CategoryGridPart, CategoryPart } from "@/features/catalog/category-part.tsx";
import { HeadPart, LanguagePart, NavPart } from "@/features/catalog/frame-parts.tsx";
import { HomePart } from "@/features/catalog/home-part.tsx";
import { CARD_TOKENS } from "@/features/catalog/part.tsx";
import { ProductPart } from "@/features/catalog/product-part.tsx";
import { ContentPart, FooterPart } from "@/features/content/content-part.tsx";
import { LOCALES, type Locale, messagesOf, nameOf } from "@/messages/index.ts";
import { template } from "./template.tsx";

/** One locale's pieces of markup with marks, and the few words the publisher itself has to choose. */
interface Fragments {
  readonly parts: Readonly<Record<string, string>>;
  readonly words: Readonly<Record<string, string>>;
}

function markup(element: ReactElement): string {
  return renderToStaticMarkup(element)
    .replace(/<link rel="preload"[^>]*>/g, "")
    .replace(/ data-vm-flags="@@(\w+)@@"/g, "@@html:$1@@");
}

/** React lifts titles, metas and links out of where they stand, but not out of `noscript`. */
function inPlace(element: ReactElement): string {
  return markup(<noscript>{element}</noscript>).replace(/^<noscript>|<\/noscript>$/g, "");
}

function fragmentsOf(locale: Locale): Fragments {
  const t = messagesOf(locale);
  const props = { t, locale, marks: template };
  const { product, shop, nav, notFound } = t;
  return {
    parts: {
      card: markup(<ProductCard marks={template} t={product} view={CARD_TOKENS} />),
      card_first: markup(<ProductCard eager marks={template} t={product} view={CARD_TOKENS} />),
      product: markup(<ProductPart {...props} />),
      category: markup(<CategoryPart {...props} />),
      grid: markup(<CategoryGridPart {...props} />),
      home: markup(<HomePart {...props} />),
      nav: markup(<NavPart {...props} />),
      footer: markup(<FooterPart {...props} />),
      content: markup(<ContentPart {...props} />),
      language: markup(<LanguagePart {...props} />),
      head: inPlace(<HeadPart {...props} />),
    },
    words: {
      language: nameOf(locale),
      shop_name: shop.name,
      shop_title: `${shop.name}: ${shop.tagline}`,
      shop_description: shop.description,
      in_stock: product.inStock,
      sold_out: product.notAvailable,
      add: product.add,
      quick_add: product.quickAdd,
      choose: product.choose,
      picture: product.picture,
      vendor: product.vendor,
      no_price: product.noPrice,
      home: nav.home,
      not_found: notFound.title,
      offline: t.offline.title,
      search: t.search.title,
      cart: t.cart.title,
      checkout: t.checkout.title,
      "checkout/return": t.payment.title,
      order: t.order.received,
      wishlist: t.wishes.title,
      "stock-alert": t.stockAlert.title,
      ...accountTitles(t.account),
      content_updated: t.content.updated,
    },
  };
}

/** Return every locale's fragments as one JSON document with a name for its content. */
export function buildFragments(): string {
  const locales = Object.fromEntries(LOCALES.map((locale) => [locale, fragmentsOf(locale)]));
  const digest = createHash("sha256").update(JSON.stringify(locales)).digest("hex").slice(0, 16);
  return JSON.stringify({ format: 1, build: digest, locales }, null, 1);
}
