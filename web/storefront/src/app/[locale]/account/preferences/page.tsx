import { PreferencesPage } from "@/features/account/preferences.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Preferences({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <PreferencesPage c={t.preferences} locale={locale} t={t.account} />
    </div>
  );
}
