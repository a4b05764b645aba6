import { fill, formatMoney } from "@vivamarket/format";
import type { Image, ProductCardData } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import type { CardView } from "./card.tsx";
import type { PictureView } from "./picture.tsx";

const TINTS = 6;
const NO_PICTURE: PictureView = { avif: "", webp: "", src: "", alt: "", width: "", height: "" };

function sourceSet(image: Image, format: string): string {
  return image.widths.map((width) => `${image.src_base}${width}.${format} ${width}w`).join(", ");
}

/** Prepare a picture; one without files becomes an empty place. */
export function pictureView(image: Image | null, alt?: string): PictureView {
  const fallback = image?.widths[Math.min(1, image.widths.length - 1)];
  if (image === null || image.src_base === "" || fallback === undefined) return NO_PICTURE;
  return {
    avif: sourceSet(image, "avif"),
    webp: sourceSet(image, "webp"),
    src: `${image.src_base}${fallback}.webp`,
    alt: alt ?? image.alt,
    width: String(image.width),
    height: String(image.height),
  };
}

/** Choose one of the soft backgrounds by name: the same thing always has the same one. */
export function tintOf(id: string): string {
  let sum = 0;
  for (const character of id) if (character < "\u0080") sum += character.charCodeAt(0);
  return `tint-${sum % TINTS}`;
}

/** Prepare a card exactly as the publisher does (src/vivamarket/pages/views.py). */
export function cardView(card: ProductCardData, locale: string, t: Messages["product"]): CardView {
  return {
    href: `/${locale}/p/${card.slug}/`,
    title: card.title,
    vendor: card.vendor,
    // Live answers are per SKU: they say nothing about a card that stands for several.
    sku: card.skus_count === 1 ? card.default_sku : "",
    price: card.price ? formatMoney(card.price, locale) : t.noPrice,
    compare_at: card.compare_at ? formatMoney(card.compare_at, locale) : "",
    sale: String(card.compare_at !== null),
    varies: card.price_varies,
    single: card.skus_count === 1 && card.price !== null,
    state: card.available === false ? "sold_out" : "available",
    tint: tintOf(card.id),
    quick_add: fill(t.quickAdd, { title: card.title }),
    choose: fill(t.choose, { title: card.title }),
    picture: pictureView(card.image, ""),
  };
}
