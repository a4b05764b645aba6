import { ProductPage } from "@/features/catalog/product-page.tsx";
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
      <ProductPage locale={locale} p={p} />
      <SeenPlace locale={locale} p={p} />
    </>
  );
}
