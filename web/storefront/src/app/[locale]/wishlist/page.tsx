import { WishlistPage } from "@/features/wishes/page.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function Wishlist({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <WishlistPage locale={locale} p={t.product} t={t.account} w={t.wishes} />
    </div>
  );
}
