"use client";

import { fill } from "@vivamarket/format";
import type { Cart, CartLine } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import { putBack, removeLine, setQuantity, useCart } from "./store.ts";
import { Line, type LineActions } from "./view.tsx";

interface Props {
  readonly cart: Cart;
  readonly locale: string;
  readonly t: Messages["cart"];
  readonly p: Messages["product"];
}

/** What the buttons of a line do. */
export const LINE_ACTIONS: LineActions = {
  setQuantity: (sku: string, quantity: number) => void setQuantity(sku, quantity),
  remove: (line: CartLine) => void removeLine(line),
};

/** The cart's lines. */
export function CartLines({ cart, locale, t, p }: Props) {
  return (
    <ul>
      {cart.lines.map((line) => (
        <Line key={line.sku} line={line} locale={locale} p={p} t={t} {...LINE_ACTIONS} />
      ))}
    </ul>
  );
}

/** The way back for what was just taken out, also when nothing else is left. */
export function RemovedLine({ locale, t }: Pick<Props, "locale" | "t">) {
  const { removed } = useCart();
  return (
    <div aria-live="polite">
      {removed === null ? null : (
        <p className="my-3 flex items-center justify-between gap-3 rounded-2xl bg-sunken px-4 py-3 text-[0.94rem]">
          {fill(t.removed, { title: removed.title })}
          <button className="link" onClick={() => void putBack(locale)} type="button">
            {t.undo}
          </button>
        </p>
      )}
    </div>
  );
}
