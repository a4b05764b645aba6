/**
 * Draws the cart with the components that React draws with later, and without React. A cart that has to be
 * changed first (ordered, or in another currency) is left to React.
 */
import { currency } from "@/api/place.ts";
import type { Cart } from "@/api/types.ts";
import { CartView, EmptyCart, type LineWords } from "@/features/cart/view.tsx";
import type { Messages } from "@/messages/index.ts";
import { drawEarly } from "./answers.ts";
import { html } from "./jsx-runtime.ts";
import { parsed, wordsOf } from "./parsed.ts";

const locale = document.documentElement.lang;
/** The line's buttons are pressed again when they can do something: see later.ts. */
const nothing = () => undefined;

async function draw(): Promise<boolean> {
  const place = await parsed("cart");
  const words = wordsOf<Messages["cart"] & LineWords>(place);
  if (window.vivaCopy === undefined) {
    place.innerHTML = html(<EmptyCart locale={locale} t={words} />);
    return true;
  }
  const response = await window.vivaCopy;
  if (!response.ok) return false;
  const cart = (await response.json()) as Cart;
  if (cart.order_id !== null || cart.currency !== currency()) return false;
  place.innerHTML = html(
    cart.lines.length === 0 ? (
      <EmptyCart locale={locale} t={words} />
    ) : (
      <CartView cart={cart} locale={locale} p={words} remove={nothing} setQuantity={nothing} t={words} />
    ),
  );
  return true;
}

drawEarly(draw);
