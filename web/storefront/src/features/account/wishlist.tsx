"use client";

import type { Wishlist } from "@vivamarket/api-client";
import { fill } from "@vivamarket/format";
import { useCallback, useEffect, useState } from "react";
import { home } from "@/api/place.ts";
import { NoWishes, WishesFailed, WishGrid, WishSkeleton } from "@/features/wishes/list.tsx";
import { readWishlist, share, stopSharing } from "@/features/wishes/own.ts";
import { keepWishes, WISHES_EVENT, wishes } from "@/features/wishes/store.ts";
import type { Messages } from "@/messages/index.ts";
import { Part } from "./part.tsx";
import { AccountShell } from "./shell.tsx";

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly p: Messages["product"];
  readonly w: Messages["wishes"];
}

function Sharing({ locale, w, first }: { locale: string; w: Messages["wishes"]; first: string | null }) {
  const [token, setToken] = useState(first);
  const [told, setTold] = useState<string | null>(null);
  async function make() {
    const result = await share();
    setTold(result.ok ? null : w.failed);
    if (result.ok) setToken(result.data.token);
  }
  async function takeBack() {
    const result = await stopSharing();
    setTold(result.ok ? w.unshared : w.failed);
    if (result.ok) setToken(null);
  }
  const url = token ? `${location.origin}${home(locale)}wishlist/#token=${token}` : "";
  return (
    <Part done={told} lead={w.shareLead} name="share" title={w.share}>
      {token === null ? (
        <button className="btn btn-quiet" onClick={() => void make()} type="button">
          {w.shareButton}
        </button>
      ) : (
        <div className="flex flex-wrap gap-3">
          <input
            aria-label={w.link}
            className="field min-w-0 grow basis-64"
            onFocus={(event) => event.currentTarget.select()}
            readOnly={true}
            value={url}
          />
          <button
            className="btn btn-primary"
            onClick={() =>
              void navigator.clipboard?.writeText(url).then(
                () => setTold(w.copied),
                () => setTold(null),
              )
            }
            type="button"
          >
            {w.copy}
          </button>
          <button className="btn btn-quiet" onClick={() => void takeBack()} type="button">
            {w.unshare}
          </button>
        </div>
      )}
    </Part>
  );
}

function Wishes({ locale, t, p, w }: Props) {
  const [list, setList] = useState<Wishlist | "failed" | null>(null);
  const [here, setHere] = useState<ReadonlySet<string> | null>(null);
  const load = useCallback(async () => {
    const result = await readWishlist(locale);
    setList(result.ok ? result.data : "failed");
    // Hearts elsewhere are painted from this browser's copy.
    if (result.ok) keepWishes(result.data.items.map(({ product_id, at }) => ({ product_id, at })));
  }, [locale]);
  useEffect(() => {
    void load();
    const changed = () => setHere(new Set(wishes().map((mark) => mark.product_id)));
    addEventListener(WISHES_EVENT, changed);
    return () => removeEventListener(WISHES_EVENT, changed);
  }, [load]);
  if (list === null) return <WishSkeleton />;
  if (list === "failed") {
    const again = (
      <button className="btn btn-primary" onClick={() => void load()} type="button">
        {t.retry}
      </button>
    );
    return <WishesFailed button={again} text={w.failed} />;
  }
  const wished = list.items.filter((wish) => here?.has(wish.product_id) ?? true);
  const cards = wished.flatMap((wish) => (wish.card ? [wish.card] : []));
  const gone = wished.length - cards.length;
  return (
    <div className="space-y-8">
      {cards.length === 0 ? (
        <NoWishes locale={locale} text={w.emptyText} title={w.empty} w={w} />
      ) : (
        <WishGrid cards={cards} locale={locale} p={p} title={w.products} />
      )}
      {gone > 0 ? (
        <p className="text-muted">{gone === 1 ? w.goneOne : fill(w.gone, { count: gone })}</p>
      ) : null}
      {cards.length > 0 || list.link_token ? <Sharing first={list.link_token} locale={locale} w={w} /> : null}
    </div>
  );
}

/** The customer's wishes, and the link that shares them. */
export function AccountWishlistPage(props: Props) {
  return (
    <AccountShell locale={props.locale} page="wishlist" t={props.t}>
      {() => <Wishes {...props} />}
    </AccountShell>
  );
}
