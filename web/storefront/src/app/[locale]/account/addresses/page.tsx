import { AddressesPage } from "@/features/addresses/page.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Addresses({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <AddressesPage a={t.account} c={t.checkout} locale={locale} t={t.addresses} />
    </div>
  );
}
