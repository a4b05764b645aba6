import { fill, formatMoney, type Money } from "@vivamarket/format";
import { api, change, newKey } from "@/api/client.ts";
import { home } from "@/api/place.ts";
import type { Cart, Problem, Quote } from "@/api/types.ts";
import { forgetCart } from "@/features/cart/store.ts";
import { keepOrder, placeKey } from "@/features/orders/keys.ts";
import { startPayment } from "@/features/orders/requests.ts";
import type { Messages } from "@/messages/index.ts";
import type { NoticeContent } from "./notice.tsx";

/** Place the order, then open the payment page. Return what went wrong, or null while leaving. */
export async function placeAndPay(
  cart: Cart,
  quoteHash: string,
  locale: string,
  onPlaced: (orderId: string) => void,
): Promise<Problem | null> {
  const params = { header: { "Idempotency-Key": placeKey(cart.id, quoteHash) } };
  const body = { cart_id: cart.id, quote_hash: quoteHash };
  const placed = await change(() => api.POST("/api/v1/orders", { params, body }));
  if (!placed.ok) return placed.problem;
  const { order, token } = placed.data;
  keepOrder(order.id, token);
  onPlaced(order.id);
  const paying = await startPayment(order.id, token, newKey());
  forgetCart();
  const back = `${home(locale)}checkout/return/?${new URLSearchParams({ order: order.id, canceled: "1" })}`;
  location.assign((paying.ok ? paying.data.redirect_url : null) ?? back);
  return null;
}

/** What changed between the quote the shopper saw and the one the server makes now. */
function changesBetween(
  before: Quote,
  after: Quote,
  locale: string,
  t: Messages["checkout"],
): readonly string[] {
  const show = (label: string, old: Money | undefined, now: Money) =>
    old !== undefined && old.minor_units !== now.minor_units
      ? [fill(t.changedFrom, { label, old: formatMoney(old, locale), new: formatMoney(now, locale) })]
      : [];
  return [
    ...after.lines.flatMap((line) =>
      show(line.title, before.lines.find((old) => old.sku === line.sku)?.unit_price, line.unit_price),
    ),
    ...(after.shipping ? show(after.shipping.label, before.shipping?.price, after.shipping.price) : []),
    ...show(t.total, before.total, after.total),
  ];
}

/** Return what to tell the shopper about a refusal; `seen` is the quote that was on the page. */
export function noticeFor(
  problem: Problem,
  seen: Quote | null,
  cart: Cart,
  locale: string,
  t: Messages["checkout"],
): NoticeContent {
  if (problem.code === "quote_changed") {
    const after = problem.fields.quote as Quote | undefined;
    const changes = seen && after ? changesBetween(seen, after, locale, t) : [];
    return { title: t.changed, text: t.changedText, lines: changes };
  }
  if (problem.code === "out_of_stock") {
    const skus = (problem.fields.skus as readonly { sku: string; available: number }[] | undefined) ?? [];
    const lines = skus.map((short) =>
      fill(t.outOfStockLine, {
        title: cart.lines.find((line) => line.sku === short.sku)?.title ?? short.sku,
        count: short.available,
      }),
    );
    return {
      title: t.outOfStock,
      text: t.outOfStockText,
      lines,
      link: { href: `${home(locale)}cart/`, words: t.showSummary },
    };
  }
  if (problem.code === "cart_already_ordered") return { title: t.ordered };
  return { title: t.failed, text: problem.detail === "" ? t.failedText : problem.detail };
}
