import { CartPage } from "@/features/cart/page.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Cart({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <h1 className="mb-7 text-[clamp(2rem,5vw,3rem)]">{t.cart.title}</h1>
      <CartPage locale={locale} p={t.product} t={t.cart} />
    </div>
  );
}
