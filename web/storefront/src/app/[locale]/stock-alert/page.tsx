import { StockAlertPage } from "@/features/alerts/page.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function StockAlert({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <StockAlertPage a={t.stockAlert} locale={locale} />
    </div>
  );
}
