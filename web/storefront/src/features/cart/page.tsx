"use client";

import { formatMoney, plural } from "@vivamarket/format";
import { useEffect } from "react";
import { home } from "@/api/place.ts";
import type { Messages } from "@/messages/index.ts";
import { CartLines, FreeShipping, hasProblem, RemovedLine } from "./lines.tsx";
import { CartSkeleton, EmptyCart, FailedCart } from "./states.tsx";
import { readCart, useCart } from "./store.ts";

interface Props {
  readonly locale: string;
  readonly t: Messages["cart"];
  readonly p: Messages["product"];
}

/** The whole cart on its own page. */
export function CartPage({ locale, t, p }: Props) {
  const { cart, status, working } = useCart();
  useEffect(() => {
    void readCart();
  }, []);
  if (status === "failed") return <FailedCart t={t} />;
  if (cart === null && status !== "ready") return <CartSkeleton />;
  if (cart === null || cart.lines.length === 0) {
    return (
      <>
        <RemovedLine locale={locale} t={t} />
        <EmptyCart locale={locale} t={t} />
      </>
    );
  }
  const blocked = hasProblem(cart);
  return (
    <div aria-busy={working} className="grid items-start gap-8 lg:grid-cols-[1fr_23rem]">
      <div className="panel px-5 md:px-7">
        <RemovedLine locale={locale} t={t} />
        <CartLines cart={cart} locale={locale} p={p} t={t} />
      </div>
      <section aria-label={t.subtotal} className="panel space-y-4 p-6 lg:sticky lg:top-44">
        <FreeShipping cart={cart} locale={locale} t={t} />
        <p className="text-muted">{plural(locale, cart.item_count, t.oneItem, t.manyItems)}</p>
        <p className="flex items-baseline justify-between text-xl font-bold">
          {t.subtotal}
          <span className="tabular-nums">{formatMoney(cart.subtotal, locale)}</span>
        </p>
        {blocked ? (
          <p className="font-medium text-tomato" role="alert">
            {t.problem}
          </p>
        ) : (
          <a className="btn btn-primary w-full" href={`${home(locale)}checkout/`}>
            {t.checkout}
          </a>
        )}
        <a className="btn btn-quiet w-full" href={`${home(locale)}search/`}>
          {t.keepShopping}
        </a>
      </section>
    </div>
  );
}
