import { Icon } from "@vivamarket/ui";
import { home } from "@/api/place.ts";
import { htmlToken, type Marks, token } from "@/fragments/marks.tsx";
import type { Messages } from "@/messages/index.ts";
import type { PictureView } from "./picture.tsx";

/** The parts of pages that hold catalogue data. They are rendered once, with marks, at build time. */
export interface PartProps {
  readonly t: Messages;
  readonly locale: string;
  readonly marks: Marks;
}

export const PICTURE: PictureView = {
  avif: token("avif"),
  webp: token("webp"),
  src: token("src"),
  alt: token("alt"),
  width: token("width"),
  height: token("height"),
};

export function Html({
  name,
  className,
  as: Tag = "div",
}: {
  name: string;
  className?: string;
  as?: "div" | "ul";
}) {
  return <Tag className={className} dangerouslySetInnerHTML={{ __html: htmlToken(name) }} />;
}

export function Breadcrumb({ t, locale, marks }: PartProps) {
  return (
    <nav aria-label={t.nav.breadcrumb} className="py-5 text-[0.94rem]">
      <ol className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
        <li>
          <a className="hover:text-ink hover:underline" href={home(locale)}>
            {t.nav.home}
          </a>
        </li>
        {marks.each("breadcrumb", [], 0, () => (
          <li className="flex items-center gap-2" key="crumb">
            <Icon className="size-3.5" name="chevron" />
            <a className="hover:text-ink hover:underline" href={token("href")}>
              {token("title")}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

export function ShelfGrid({ name }: { name: string }) {
  return (
    <Html
      className="product-grid grid grid-cols-2 gap-x-4 gap-y-9 md:grid-cols-3 md:gap-x-6 xl:grid-cols-4"
      name={name}
    />
  );
}

/** The card with marks, for shelves. */
export const CARD_TOKENS = {
  id: token("id"),
  href: token("href"),
  title: token("title"),
  vendor: token("vendor"),
  sku: token("sku"),
  price: token("price"),
  compare_at: token("compare_at"),
  sale: token("sale"),
  varies: true,
  single: true,
  state: token("state"),
  tint: token("tint"),
  quick_add: token("quick_add"),
  choose: token("choose"),
  picture: { ...PICTURE, alt: "" },
} as const;
