import { PrivacyPage } from "@/features/account/privacy.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Privacy({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <PrivacyPage locale={locale} t={t.account} v={t.privacy} />
    </div>
  );
}
