import { OwnOrdersPage } from "@/features/account/orders.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Orders({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <OwnOrdersPage locale={locale} o={t.order} t={t.account} />
    </div>
  );
}
