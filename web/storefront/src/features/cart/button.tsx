"use client";

import { fill } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { home } from "@/api/place.ts";
import type { Messages } from "@/messages/index.ts";
import { showCart, useCart } from "./store.ts";

interface Props {
  readonly locale: string;
  readonly nav: Messages["nav"];
}

/** The cart in the header with its count; a link to the cart page until scripts run. */
export function CartButton({ locale, nav }: Props) {
  const { count } = useCart();
  return (
    <a
      aria-label={count > 0 ? fill(nav.cartCount, { count }) : nav.cart}
      className="icon-btn relative"
      href={`${home(locale)}cart/`}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        showCart(true);
      }}
    >
      <Icon className="size-6" name="bag" />
      {count > 0 ? (
        <span
          aria-hidden="true"
          className="bump absolute -right-0.5 -top-0.5 grid h-5 min-w-5 place-items-center rounded-full bg-tomato px-1 text-[0.75rem] font-bold text-on-tomato tabular-nums"
          key={count}
        >
          {count}
        </span>
      ) : null}
    </a>
  );
}
