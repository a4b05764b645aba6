import { EarlyPlace, pick } from "@/early/place.tsx";
import { CART_SHOWN_EVENT } from "@/features/cart/events.ts";
import { CartPage } from "@/features/cart/page.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Cart({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  const words = { ...t.cart, ...pick(t.product, "less", "more", "quantity") };
  return (
    <div className="shell min-h-svh pt-10">
      <h1 className="text-[clamp(2rem,5vw,3rem)]">{t.cart.title}</h1>
      <p className="mt-1 mb-7 text-lg text-muted">{t.cart.note}</p>
      <CartPage locale={locale} p={t.product} t={t.cart}>
        <EarlyPlace name="cart" until={CART_SHOWN_EVENT} words={words} />
      </CartPage>
    </div>
  );
}
