"use client";

import { useCallback, useEffect, useState } from "react";
import { api, read } from "@/api/client.ts";
import { currency, home } from "@/api/place.ts";
import type { ProductCardData } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import { NoWishes, WishesFailed, WishGrid, WishSkeleton } from "./list.tsx";
import { WISHES_EVENT, wishes } from "./store.ts";

/** As many as one question may name. */
const CARDS_MAX = 50;

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly p: Messages["product"];
  readonly w: Messages["wishes"];
}

type Found =
  | { readonly at: "loading" | "failed" | "gone" }
  | { readonly at: "there"; readonly cards: readonly ProductCardData[] };

async function cardsOf(ids: readonly string[], locale: string): Promise<Found> {
  const cards: ProductCardData[] = [];
  for (let start = 0; start < ids.length; start += CARDS_MAX) {
    const query = { ids: ids.slice(start, start + CARDS_MAX).join(","), locale, currency: currency() };
    const result = await read(() => api.GET("/api/v1/cards", { params: { query } }));
    if (!result.ok) return { at: "failed" };
    cards.push(...result.data.items);
  }
  return { at: "there", cards };
}

async function sharedBy(token: string, locale: string): Promise<Found> {
  const params = { path: { token }, query: { locale, currency: currency() } };
  const result = await read(() => api.GET("/api/v1/wishlists/{token}", { params }));
  if (result.ok) return { at: "there", cards: result.data.items };
  return { at: result.problem.status === 404 ? "gone" : "failed" };
}

/** The list that a link shares, and without one the list of this browser. */
export function WishlistPage({ locale, t, p, w }: Props) {
  const [token, setToken] = useState<string | null>(null);
  const [found, setFound] = useState<Found>({ at: "loading" });
  const open = useCallback(async () => {
    const named = new URLSearchParams(location.hash.slice(1)).get("token");
    setToken(named);
    const ids = wishes().map((mark) => mark.product_id);
    setFound(named ? await sharedBy(named, locale) : await cardsOf(ids, locale));
  }, [locale]);
  useEffect(() => {
    void open();
    const again = () => void open();
    for (const event of ["hashchange", WISHES_EVENT]) addEventListener(event, again);
    return () => {
      for (const event of ["hashchange", WISHES_EVENT]) removeEventListener(event, again);
    };
  }, [open]);
  const again = (
    <button className="btn btn-primary" onClick={() => void open()} type="button">
      {t.retry}
    </button>
  );
  return (
    <div className="pb-16">
      <h1 className="text-4xl">{token ? w.shared : w.title}</h1>
      {token && found.at !== "gone" ? <p className="mt-3 text-lg text-muted">{w.sharedLead}</p> : null}
      {token === null && found.at === "there" ? (
        <p className="mt-3 text-lg text-muted">
          {w.guest}{" "}
          <a className="link" href={`${home(locale)}account/wishlist/`}>
            {w.signIn}
          </a>
        </p>
      ) : null}
      <div className="mt-8">
        {found.at === "loading" ? <WishSkeleton /> : null}
        {found.at === "failed" ? <WishesFailed button={again} text={w.failed} /> : null}
        {found.at === "gone" ? (
          <NoWishes locale={locale} text={w.sharedGoneText} title={w.sharedGone} w={w} />
        ) : null}
        {found.at === "there" && found.cards.length === 0 ? (
          <NoWishes locale={locale} text={w.emptyText} title={w.empty} w={w} />
        ) : null}
        {found.at === "there" && found.cards.length > 0 ? (
          <WishGrid cards={found.cards} locale={locale} p={p} title={w.products} />
        ) : null}
      </div>
    </div>
  );
}
