"use client";

import { type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { home } from "@/api/place.ts";
import type { Messages } from "@/messages/index.ts";
import { useCart } from "./store.ts";

interface Props {
  readonly locale: string;
  readonly t: Messages["cart"];
  readonly p: Messages["product"];
  readonly nav: Messages["nav"];
}

/** The cart's own page, for a shopper whose drawer could not be fetched. */
function CartPageInstead({ locale }: Props) {
  useEffect(() => {
    location.assign(`${home(locale)}cart/`);
  }, [locale]);
  return null;
}

const CartDrawer = lazy<ComponentType<Props>>(() =>
  import("./drawer.tsx").catch(() => ({ default: CartPageInstead })),
);

/** The cart beside the page, fetched when it is opened for the first time: most pages are left without it. */
export function DrawerPlace(props: Props) {
  const { open } = useCart();
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    if (open) setWanted(true);
  }, [open]);
  if (!wanted) return null;
  return (
    <Suspense fallback={null}>
      <CartDrawer {...props} />
    </Suspense>
  );
}
