import { ResultsBrowser } from "@/features/search/results.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function SearchPage({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <ResultsBrowser close={t.nav.close} kind="search" locale={locale} p={t.product} s={t.search} t={t.list} />
  );
}
