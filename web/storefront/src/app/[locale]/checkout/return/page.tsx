import { PaymentReturn } from "@/features/orders/payment-return.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Return({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-14">
      <PaymentReturn locale={locale} t={t.payment} />
    </div>
  );
}
