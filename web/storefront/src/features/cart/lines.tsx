"use client";

import { fill, formatMoney } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { home } from "@/api/place.ts";
import type { Cart, CartLine } from "@/api/types.ts";
import { Picture } from "@/features/catalog/picture.tsx";
import { pictureView, tintOf } from "@/features/catalog/view.ts";
import type { Messages } from "@/messages/index.ts";
import { putBack, removeLine, setQuantity, useCart } from "./store.ts";

const QUANTITY_MAX = 99;

interface Props {
  readonly cart: Cart;
  readonly locale: string;
  readonly t: Messages["cart"];
  readonly p: Messages["product"];
}

function problemText(line: CartLine, t: Messages["cart"]): string {
  if (line.problem === "sold_out") return t.soldOut;
  if (line.problem === "gone") return t.gone;
  return fill(t.notEnough, { count: line.available_quantity ?? 0 });
}

function Line({ line, locale, t, p }: Omit<Props, "cart"> & { line: CartLine }) {
  const most = line.available_quantity ?? QUANTITY_MAX;
  return (
    <li className="flex gap-4 border-b border-line py-5 last:border-0">
      <span className={`block size-22 shrink-0 overflow-hidden rounded-2xl ${tintOf(line.product_id)}`}>
        <Picture sizes="88px" view={pictureView(line.image, "")} />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex justify-between gap-3">
          <a
            className="font-semibold leading-snug hover:underline"
            href={`${home(locale)}p/${line.product_slug}/`}
          >
            {line.title}
          </a>
          <span className="font-bold tabular-nums">{formatMoney(line.subtotal, locale)}</span>
        </div>
        <p className="text-[0.9rem] text-muted">
          {line.variant_title}
          {line.variant_title !== "" && line.quantity > 1 ? " · " : ""}
          {line.quantity > 1 ? fill(t.each, { price: formatMoney(line.unit_price, locale) }) : ""}
        </p>
        {line.problem === null ? null : (
          <p className="mt-1 flex items-center gap-1.5 text-[0.94rem] font-medium text-tomato">
            <Icon className="size-4" name="alert" />
            {problemText(line, t)}
          </p>
        )}
        <div className="mt-2 flex items-center justify-between">
          <div className="flex items-center rounded-full border-[1.5px] border-line bg-surface">
            <button
              aria-label={`${p.less}: ${line.title}`}
              className="icon-btn size-10"
              onClick={() =>
                line.quantity > 1 ? void setQuantity(line.sku, line.quantity - 1) : void removeLine(line)
              }
              type="button"
            >
              <Icon className="size-4" name="minus" />
            </button>
            <span className="w-7 text-center font-semibold tabular-nums">
              <span className="sr-only">{p.quantity} </span>
              {line.quantity}
            </span>
            <button
              aria-label={`${p.more}: ${line.title}`}
              className="icon-btn size-10 disabled:opacity-40"
              disabled={line.quantity >= Math.min(most, QUANTITY_MAX)}
              onClick={() => void setQuantity(line.sku, line.quantity + 1)}
              type="button"
            >
              <Icon className="size-4" name="plus" />
            </button>
          </div>
          <button
            aria-label={fill(t.remove, { title: line.title })}
            className="icon-btn text-muted hover:text-tomato"
            onClick={() => void removeLine(line)}
            type="button"
          >
            <Icon name="trash" />
          </button>
        </div>
      </div>
    </li>
  );
}

/** The cart's lines. */
export function CartLines({ cart, locale, t, p }: Props) {
  return (
    <ul>
      {cart.lines.map((line) => (
        <Line key={line.sku} line={line} locale={locale} p={p} t={t} />
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

/** How far the cart is from free shipping. */
export function FreeShipping({ cart, locale, t }: Omit<Props, "p">) {
  if (cart.free_shipping === null) return null;
  const { threshold, remaining } = cart.free_shipping;
  const done = remaining.minor_units === 0;
  return (
    <div className="rounded-2xl bg-brand-soft px-4 py-3">
      <p className="mb-2 flex items-center gap-2 text-[0.94rem] font-semibold" id="free-shipping">
        <Icon className="size-5" name="truck" />
        {done ? t.freeShippingDone : fill(t.freeShippingLeft, { amount: formatMoney(remaining, locale) })}
      </p>
      <progress
        aria-labelledby="free-shipping"
        className="meter"
        max={threshold.minor_units}
        value={threshold.minor_units - remaining.minor_units}
      />
    </div>
  );
}

/** Whether something in the cart stands in the way of ordering it. */
export function hasProblem(cart: Cart): boolean {
  return cart.lines.some((line) => line.problem !== null);
}
