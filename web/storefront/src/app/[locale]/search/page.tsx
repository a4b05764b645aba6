import { EarlyPlace, pick } from "@/early/place.tsx";
import { Skeletons } from "@/features/search/grid.tsx";
import { ResultsBrowser } from "@/features/search/results.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function SearchPage({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  const words = {
    ...pick(t.product, "sale", "soldOut", "from", "wish", "noPrice", "quickAdd", "choose"),
    ...pick(t.list, "oneProduct", "manyProducts"),
    ...pick(t.search, "corrected"),
  };
  return (
    <ResultsBrowser close={t.nav.close} kind="search" locale={locale} p={t.product} s={t.search} t={t.list}>
      <EarlyPlace name="results" words={words} />
      <Skeletons />
    </ResultsBrowser>
  );
}
