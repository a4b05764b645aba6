"use client";

import { type ReactNode, useEffect } from "react";
import type { Messages } from "@/messages/index.ts";
import { CART_SHOWN_EVENT } from "./events.ts";
import { LINE_ACTIONS, RemovedLine } from "./lines.tsx";
import { CartSkeleton, FailedCart } from "./states.tsx";
import { readCart, useCart } from "./store.ts";
import { CartView, EmptyCart } from "./view.tsx";

interface Props {
  readonly locale: string;
  readonly t: Messages["cart"];
  readonly p: Messages["product"];
  /** Where the page's head draws the cart before this does. */
  readonly children: ReactNode;
}

/** The whole cart on its own page. */
export function CartPage({ locale, t, p, children }: Props) {
  const { cart, status, working } = useCart();
  useEffect(() => {
    void readCart();
  }, []);
  const shown = status === "failed" || status === "ready" || cart !== null;
  useEffect(() => {
    if (shown) dispatchEvent(new Event(CART_SHOWN_EVENT));
  }, [shown]);
  if (status === "failed") return <FailedCart t={t} />;
  if (!shown) {
    return (
      <>
        {children}
        <CartSkeleton />
      </>
    );
  }
  const removed = <RemovedLine locale={locale} t={t} />;
  if (cart === null || cart.lines.length === 0) {
    return (
      <>
        {removed}
        <EmptyCart locale={locale} t={t} />
      </>
    );
  }
  return (
    <div aria-busy={working}>
      <CartView cart={cart} locale={locale} p={p} removed={removed} t={t} {...LINE_ACTIONS} />
    </div>
  );
}
