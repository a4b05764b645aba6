"use client";

import { useEffect, useState } from "react";
import { api, read } from "@/api/client.ts";
import { currency } from "@/api/place.ts";
import type { ProductCardData } from "@/api/types.ts";
import { ProductCard } from "@/features/catalog/card.tsx";
import { cardView } from "@/features/catalog/view.ts";
import type { Messages } from "@/messages/index.ts";

interface Props {
  readonly ids: readonly string[];
  readonly locale: string;
  readonly p: Messages["product"];
}

/** The products that were looked at before this one. What is no longer sold is left out; so is all, on failure. */
export default function SeenStrip({ ids, locale, p }: Props) {
  const [cards, setCards] = useState<readonly ProductCardData[]>([]);
  useEffect(() => {
    const params = { query: { ids: ids.join(","), locale, currency: currency() } };
    void read(() => api.GET("/api/v1/cards", { params })).then((answer) => {
      if (answer.ok) setCards(answer.data.items);
    });
  }, [ids, locale]);
  if (cards.length === 0) return null;
  return (
    <section className="shell mt-20">
      <h2 className="mb-6 text-3xl">{p.seen}</h2>
      <ul className="flex snap-x gap-4 overflow-x-auto pb-3 md:gap-6">
        {cards.map((card) => (
          <li className="w-44 shrink-0 snap-start md:w-56" key={card.id}>
            <ProductCard t={p} view={cardView(card, locale, p)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
