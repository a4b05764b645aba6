"use client";

import { formatMoney } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { useEffect, useRef } from "react";
import { home } from "@/api/place.ts";
import type { Messages } from "@/messages/index.ts";
import { CartLines, RemovedLine } from "./lines.tsx";
import { CartSkeleton, FailedCart } from "./states.tsx";
import { showCart, useCart } from "./store.ts";
import { EmptyCart, FreeShipping } from "./view.tsx";

interface Props {
  readonly locale: string;
  readonly t: Messages["cart"];
  readonly p: Messages["product"];
  readonly nav: Messages["nav"];
}

/** The cart beside the page. */
export default function CartDrawer({ locale, t, p, nav }: Props) {
  const state = useCart();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (state.open && !dialog.current?.open) dialog.current?.showModal();
    if (!state.open && dialog.current?.open) dialog.current.close();
  }, [state.open]);
  const { cart } = state;
  const filled = cart !== null && cart.lines.length > 0;
  return (
    <dialog
      aria-label={t.title}
      className="drawer"
      onClick={(event) => {
        if (event.target === dialog.current) showCart(false);
      }}
      onClose={() => showCart(false)}
      onKeyDown={(event) => {
        if (event.key === "Escape") showCart(false);
      }}
      ref={dialog}
    >
      {state.open ? (
        <div className="flex h-full flex-col">
          <div className="flex items-center justify-between px-5 pt-4">
            <h2 className="text-2xl">{t.title}</h2>
            <button aria-label={nav.close} className="icon-btn" onClick={() => showCart(false)} type="button">
              <Icon name="close" />
            </button>
          </div>
          <div aria-busy={state.working} className="flex-1 overflow-y-auto px-5 pt-2">
            <RemovedLine locale={locale} t={t} />
            {filled ? (
              <>
                <FreeShipping cart={cart} locale={locale} t={t} />
                <CartLines cart={cart} locale={locale} p={p} t={t} />
              </>
            ) : state.status === "failed" ? (
              <FailedCart t={t} />
            ) : state.status === "loading" || state.status === "unread" ? (
              <CartSkeleton />
            ) : (
              <EmptyCart locale={locale} t={t} />
            )}
          </div>
          {filled ? (
            <div className="border-t border-line bg-surface px-5 py-4">
              <p className="flex items-baseline justify-between text-lg font-bold">
                {t.subtotal}
                <span className="tabular-nums">{formatMoney(cart.subtotal, locale)}</span>
              </p>
              <p className="mb-3 text-[0.9rem] text-muted">{t.note}</p>
              <div className="grid grid-cols-2 gap-3">
                <a className="btn btn-quiet" href={`${home(locale)}cart/`}>
                  {t.view}
                </a>
                <a className="btn btn-primary" href={`${home(locale)}checkout/`}>
                  {t.checkout}
                </a>
              </div>
            </div>
          ) : null}
        </div>
      ) : null}
    </dialog>
  );
}
