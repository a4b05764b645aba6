import { home } from "@/api/place.ts";
import { Html, type PartProps } from "@/features/catalog/part.tsx";
import { token } from "@/fragments/marks.tsx";

/** One of the shop's own texts; `lang` differs from the page's where the text is not translated. */
export function ContentPart({ marks }: PartProps) {
  return (
    <article className="shell pt-12" lang={token("lang")}>
      <div className="max-w-2xl">
        <h1 className="text-[clamp(2.2rem,6vw,3.8rem)]">{token("title")}</h1>
        {marks.when("has_description", true, () => (
          <p className="mt-4 text-xl text-muted">{token("description")}</p>
        ))}
        <Html className="prose prose-page mt-10 text-[1.08rem] leading-relaxed" name="body" />
        <p className="mt-12 border-t border-line pt-5 text-[0.94rem] text-muted">{token("updated")}</p>
      </div>
    </article>
  );
}

/** The links of the footer: the account, and the shop's own texts that staff put there. */
export function FooterPart({ t, locale, marks }: PartProps) {
  return (
    <ul>
      <li>
        <a className="inline-block pt-1 pb-2 hover:underline" href={`${home(locale)}account/`}>
          {t.nav.account}
        </a>
      </li>
      {marks.each("texts", [], 0, () => (
        <li key="text">
          <a className="inline-block pt-1 pb-2 hover:underline" href={token("href")}>
            {token("title")}
          </a>
        </li>
      ))}
    </ul>
  );
}
