import { fill, formatMoney } from "@vivamarket/format";
import { home } from "@/api/place.ts";
import type { Image, ProductCardData } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import type { CardView } from "./card.tsx";
import type { PictureView } from "./picture.tsx";

/** The hues of `.tint-0` to `.tint-5` in shop.css; src/vivamarket/pages/views.py has the same. */
const TINT_HUES = [110, 28, 48, 205, 352, 255] as const;
const FULL_WIDTH_MAX = 4096;
const CARD_WIDTH_MAX = 640;
const NO_PICTURE: PictureView = { avif: "", webp: "", src: "", alt: "", width: "", height: "" };

function sourceSet(image: Image, widths: readonly number[], format: string): string {
  return widths.map((width) => `${image.src_base}${width}.${format} ${width}w`).join(", ");
}

/** Prepare a picture; one without files becomes an empty place. */
export function pictureView(image: Image | null, alt?: string, widthMax = FULL_WIDTH_MAX): PictureView {
  const fitting = image?.widths.filter((width) => width <= widthMax) ?? [];
  const widths = fitting.length > 0 ? fitting : (image?.widths.slice(0, 1) ?? []);
  const fallback = widths[Math.min(1, widths.length - 1)];
  if (image === null || image.src_base === "" || fallback === undefined) return NO_PICTURE;
  return {
    avif: sourceSet(image, widths, "avif"),
    webp: sourceSet(image, widths, "webp"),
    src: `${image.src_base}${fallback}.webp`,
    alt: alt ?? image.alt,
    width: String(image.width),
    height: String(image.height),
  };
}

/** Choose the soft background nearest to a picture's own color; without one, by name. */
export function tintOf(id: string, color = ""): string {
  if (!/^#[0-9a-f]{6}$/.test(color)) return `tint-${codeSum(id) % TINT_HUES.length}`;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const most = Math.max(red, green, blue);
  const span = Math.max(1, most - Math.min(red, green, blue));
  let hue = 4 + (red - green) / span;
  if (most === red) hue = (green - blue) / span;
  else if (most === green) hue = 2 + (blue - red) / span;
  const degrees = (Math.trunc(hue * 60) + 360) % 360;
  const distances = TINT_HUES.map((wanted) =>
    Math.min(Math.abs(wanted - degrees), 360 - Math.abs(wanted - degrees)),
  );
  return `tint-${distances.indexOf(Math.min(...distances))}`;
}

function codeSum(id: string): number {
  let sum = 0;
  for (const character of id) if (character < "\u0080") sum += character.charCodeAt(0);
  return sum;
}

/** The words that `cardView` puts into a card. */
export type ViewWords = Pick<Messages["product"], "noPrice" | "quickAdd" | "choose">;

/** Prepare a card exactly as the publisher does (src/vivamarket/pages/views.py). */
export function cardView(card: ProductCardData, locale: string, t: ViewWords): CardView {
  return {
    id: card.id,
    href: `${home(locale)}p/${card.slug}/`,
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
    tint: tintOf(card.id, card.image?.color),
    quick_add: fill(t.quickAdd, { title: card.title }),
    choose: fill(t.choose, { title: card.title }),
    picture: pictureView(card.image, "", CARD_WIDTH_MAX),
  };
}
