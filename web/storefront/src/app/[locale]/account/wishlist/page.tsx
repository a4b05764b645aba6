import { AccountWishlistPage } from "@/features/account/wishlist.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

export default async function AccountWishlist({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale);
  return (
    <div className="shell pt-10">
      <AccountWishlistPage locale={locale} p={t.product} t={t.account} w={t.wishes} />
    </div>
  );
}
