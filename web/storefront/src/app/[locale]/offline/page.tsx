import { Icon } from "@vivamarket/ui";
import { OpenAgain } from "@/features/shell/again.tsx";
import { localeOf, messagesOf } from "@/messages/index.ts";

/** What the service worker shows where a page cannot be fetched. Its address is the page's, so opening it again is enough. */
export default async function Offline({ params }: { params: Promise<{ locale: string }> }) {
  const t = messagesOf(localeOf((await params).locale)).offline;
  return (
    <div className="shell flex flex-col items-center py-20 text-center">
      <span className="grid size-32 place-items-center rounded-full bg-lemon text-[#16261c]">
        <Icon className="size-16" name="alert" />
      </span>
      <h1 className="mt-8 text-[clamp(2.2rem,6vw,4rem)]">{t.title}</h1>
      <p className="mt-3 max-w-md text-lg text-muted">{t.text}</p>
      <p className="mt-8">
        <OpenAgain label={t.again} />
      </p>
    </div>
  );
}
