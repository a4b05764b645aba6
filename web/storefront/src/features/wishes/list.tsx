"use client";

import { Icon } from "@vivamarket/ui";
import type { ReactNode } from "react";
import { home } from "@/api/place.ts";
import type { ProductCardData } from "@/api/types.ts";
import { ProductCard } from "@/features/catalog/card.tsx";
import { cardView } from "@/features/catalog/view.ts";
import type { Messages } from "@/messages/index.ts";

interface Props {
  readonly locale: string;
  readonly p: Messages["product"];
  /** What the list is, for those who hear the page. */
  readonly title: string;
  readonly cards: readonly ProductCardData[];
}

/** Wishes as cards; a heart that is pressed again takes its card's product off the list. */
export function WishGrid({ locale, p, title, cards }: Props) {
  return (
    <>
      <h2 className="sr-only">{title}</h2>
      <ul className="product-grid grid grid-cols-2 gap-x-4 gap-y-9 md:grid-cols-3 md:gap-x-6">
        {cards.map((card) => (
          <li key={card.id}>
            <ProductCard t={p} view={cardView(card, locale, p)} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Nothing there, said kindly. */
export function NoWishes({
  locale,
  title,
  text,
  w,
}: {
  locale: string;
  title: string;
  text: string;
  w: Messages["wishes"];
}) {
  return (
    <div className="flex flex-col items-center px-4 py-14 text-center">
      <span className="grid size-24 place-items-center rounded-full bg-tomato-soft text-tomato">
        <Icon className="size-11" name="heart" />
      </span>
      <p className="mt-5 font-display text-2xl font-bold">{title}</p>
      <p className="mt-1 max-w-md text-muted">{text}</p>
      <a className="btn btn-primary mt-6" href={`${home(locale)}search/`}>
        {w.discover}
      </a>
    </div>
  );
}

export function WishSkeleton() {
  return (
    <div aria-hidden="true" className="grid grid-cols-2 gap-x-4 gap-y-9 md:grid-cols-3 md:gap-x-6">
      {[0, 1, 2].map((card) => (
        <div className="skeleton aspect-[4/5]" key={card} />
      ))}
    </div>
  );
}

export function WishesFailed({ text, button }: { text: string; button: ReactNode }) {
  return (
    <div className="py-14 text-center" role="alert">
      <p className="font-display text-2xl font-bold">{text}</p>
      <p className="mt-5">{button}</p>
    </div>
  );
}
