import { SecurityPage } from "@/features/account/security.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Security({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <SecurityPage locale={locale} s={t.security} t={t.account} />
    </div>
  );
}
