import { OverviewPage } from "@/features/account/overview.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Account({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <OverviewPage locale={locale} o={t.order} t={t.account} />
    </div>
  );
}
