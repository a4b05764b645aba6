import { ProductIsland } from "@/features/catalog/product-island.tsx";
import { SeenPlace } from "@/features/seen/place.tsx";
import { Slot } from "@/fragments/slot.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

/** The page every product page is made from. */
export default async function ProductTemplate({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const p = messagesOf(locale).product;
  return (
    <>
      <Slot name="product" />
      <ProductIsland locale={locale} p={p} />
      <SeenPlace locale={locale} p={p} />
    </>
  );
}
