import { CheckoutPage } from "@/features/checkout/page.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Checkout({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <h1 className="mb-7 text-[clamp(2rem,5vw,3rem)]">{t.checkout.title}</h1>
      <CheckoutPage a={t.addresses} c={t.cart} locale={locale} t={t.checkout} />
    </div>
  );
}
