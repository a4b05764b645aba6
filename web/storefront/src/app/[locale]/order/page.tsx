import { OrderPage } from "@/features/orders/page.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Order({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <OrderPage
        a={t.aftersales}
        account={t.account}
        addresses={t.addresses}
        c={t.checkout}
        locale={locale}
        t={t.order}
      />
    </div>
  );
}
