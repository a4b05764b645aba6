import { type Locale, type Messages, messagesOf } from "@/messages/index.ts";

type TextName = Exclude<keyof Messages["texts"], "updated">;

/** One of the shop's own texts. */
export function TextPage({ locale, name }: { locale: Locale; name: TextName }) {
  const texts = messagesOf(locale).texts;
  const text = texts[name];
  return (
    <article className="shell pt-12">
      <div className="max-w-2xl">
        <h1 className="text-[clamp(2.2rem,6vw,3.8rem)]">{text.title}</h1>
        <p className="mt-4 text-xl text-muted">{text.description}</p>
        {text.body.map(([title, words]) => (
          <section className="mt-10" key={title}>
            <h2 className="mb-3 text-2xl">{title}</h2>
            <p className="text-[1.08rem] leading-relaxed">{words}</p>
          </section>
        ))}
        <p className="mt-12 border-t border-line pt-5 text-[0.94rem] text-muted">{texts.updated}</p>
      </div>
    </article>
  );
}
