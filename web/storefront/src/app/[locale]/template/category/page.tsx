import { ResultsBrowser } from "@/features/search/results.tsx";
import { Slot } from "@/fragments/slot.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

/** The page every category page is made from. */
export default async function CategoryTemplate({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <>
      <Slot name="category" />
      <ResultsBrowser
        close={t.nav.close}
        kind="category"
        locale={locale}
        p={t.product}
        s={t.search}
        t={t.list}
      >
        <Slot name="grid" />
      </ResultsBrowser>
    </>
  );
}
