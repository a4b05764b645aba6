import { fill, formatMoney, plural } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import type { ReactNode } from "react";
import { home } from "@/api/place.ts";
import type { Cart, CartLine } from "@/api/types.ts";
import { Picture } from "@/features/catalog/picture.tsx";
import { pictureView, tintOf } from "@/features/catalog/view.ts";
import type { Messages } from "@/messages/index.ts";

/* Nothing here knows the store: it is drawn before there is one, too (src/early/cart-drawing.tsx). */

const QUANTITY_MAX = 99;

export type LineWords = Pick<Messages["product"], "less" | "more" | "quantity">;

interface Words {
  readonly locale: string;
  readonly t: Messages["cart"];
  readonly p: LineWords;
}

/** What a shopper can do with a line. */
export interface LineActions {
  readonly setQuantity: (sku: string, quantity: number) => void;
  readonly remove: (line: CartLine) => void;
}

function problemText(line: CartLine, t: Messages["cart"]): string {
  if (line.problem === "sold_out") return t.soldOut;
  if (line.problem === "gone") return t.gone;
  return fill(t.notEnough, { count: line.available_quantity ?? 0 });
}

/** One line of a cart. */
export function Line({ line, locale, t, p, setQuantity, remove }: Words & LineActions & { line: CartLine }) {
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
              onClick={() => (line.quantity > 1 ? setQuantity(line.sku, line.quantity - 1) : remove(line))}
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
              onClick={() => setQuantity(line.sku, line.quantity + 1)}
              type="button"
            >
              <Icon className="size-4" name="plus" />
            </button>
          </div>
          <button
            aria-label={fill(t.remove, { title: line.title })}
            className="icon-btn text-muted hover:text-tomato"
            onClick={() => remove(line)}
            type="button"
          >
            <Icon name="trash" />
          </button>
        </div>
      </div>
    </li>
  );
}

/** How far the cart is from free shipping. */
export function FreeShipping({ cart, locale, t }: Omit<Words, "p"> & { cart: Cart }) {
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

/** What a cart says that holds nothing. */
export function EmptyCart({ locale, t }: Omit<Words, "p">) {
  return (
    <div className="flex flex-col items-center px-4 py-14 text-center">
      <span className="grid size-24 place-items-center rounded-full bg-lemon text-[#16261c]">
        <Icon className="size-11" name="bag" />
      </span>
      <p className="mt-5 font-display text-2xl font-bold">{t.empty}</p>
      <p className="mt-1 text-muted">{t.emptyText}</p>
      <a className="btn btn-primary mt-6" href={`${home(locale)}search/`}>
        {t.keepShopping}
      </a>
    </div>
  );
}

/** Whether something in the cart stands in the way of ordering it. */
export function hasProblem(cart: Cart): boolean {
  return cart.lines.some((line) => line.problem !== null);
}

/** A cart that holds something, as its own page shows it; `removed` stands above its lines. */
export function CartView({
  cart,
  locale,
  t,
  p,
  setQuantity,
  remove,
  removed,
}: Words & LineActions & { cart: Cart; removed?: ReactNode }) {
  const blocked = hasProblem(cart);
  return (
    <div className="grid items-start gap-8 lg:grid-cols-[1fr_23rem]">
      <div className="panel px-5 md:px-7">
        {removed}
        <ul>
          {cart.lines.map((line) => (
            <Line
              key={line.sku}
              line={line}
              locale={locale}
              p={p}
              remove={remove}
              setQuantity={setQuantity}
              t={t}
            />
          ))}
        </ul>
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
