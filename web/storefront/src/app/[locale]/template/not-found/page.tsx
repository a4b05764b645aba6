import { Icon } from "@vivamarket/ui";
import { home } from "@/api/place.ts";
import { localeOf, messagesOf } from "@/messages/index.ts";

/** What an unknown address shows; the publisher puts it at 404.html. */
export default async function NotFound({ params }: { params: Promise<{ locale: string }> }) {
  const locale = localeOf((await params).locale);
  const t = messagesOf(locale).notFound;
  return (
    <div className="shell flex flex-col items-center py-20 text-center">
      <span className="grid size-32 place-items-center rounded-full bg-lemon text-[#16261c]">
        <Icon className="size-16" name="box" />
      </span>
      <h1 className="mt-8 text-[clamp(2.2rem,6vw,4rem)]">{t.title}</h1>
      <p className="mt-3 max-w-md text-lg text-muted">{t.text}</p>
      <p className="mt-8 flex flex-wrap justify-center gap-3">
        <a className="btn btn-primary" href={home(locale)}>
          {t.home}
        </a>
        <a className="btn btn-quiet" href={`${home(locale)}search/`}>
          {t.search}
        </a>
      </p>
    </div>
  );
}
