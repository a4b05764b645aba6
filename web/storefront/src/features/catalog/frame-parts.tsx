import { jsonToken, token } from "@/fragments/marks.tsx";
import type { PartProps } from "./part.tsx";

/** The categories in the header. */
export function NavPart({ t, locale, marks }: PartProps) {
  return (
    <nav aria-label={t.nav.categories}>
      <ul className="flex gap-1 overflow-x-auto py-1.5 [scrollbar-width:none]">
        {marks.each("categories", [], 0, () => (
          <li key="category">
            <a
              className="nav-link block whitespace-nowrap rounded-full px-3.5 py-1.5 text-[0.97rem] font-medium hover:bg-sunken"
              href={token("href")}
            >
              {token("title")}
            </a>
          </li>
        ))}
        <li>
          <a
            className="nav-link block whitespace-nowrap rounded-full px-3.5 py-1.5 text-[0.97rem] font-medium hover:bg-sunken"
            href={`/${locale}/search/`}
          >
            {t.nav.all}
          </a>
        </li>
      </ul>
    </nav>
  );
}

/** The same page in the other languages. */
export function LanguagePart({ t, marks }: PartProps) {
  return (
    <ul aria-label={t.nav.language} className="flex items-center gap-0.5">
      {marks.each("languages", [], 0, () => (
        <li key="language">
          <a
            aria-current={token("current") as "true"}
            className="grid size-9 place-items-center rounded-full text-[0.9rem] font-semibold text-muted uppercase hover:bg-sunken aria-[current=true]:bg-sunken aria-[current=true]:text-ink"
            href={token("href")}
            hrefLang={token("code")}
            lang={token("code")}
          >
            {token("code")}
            <span className="sr-only normal-case">{token("name")}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What stands in the head of every page for search engines and link previews. */
export function HeadPart({ marks, t }: PartProps) {
  return (
    <>
      <title>{token("title")}</title>
      <meta content={token("description")} name="description" />
      {marks.when("robots", true, () => (
        <meta content={token("robots")} name="robots" />
      ))}
      {marks.when("canonical", true, () => (
        <link href={token("canonical")} rel="canonical" />
      ))}
      {marks.each("alternates", [], 0, () => (
        <link href={token("href")} hrefLang={token("code")} key="alternate" rel="alternate" />
      ))}
      <meta content={t.shop.name} property="og:site_name" />
      <meta content={token("og_type")} property="og:type" />
      <meta content={token("title")} property="og:title" />
      <meta content={token("description")} property="og:description" />
      {marks.when("canonical", true, () => (
        <meta content={token("canonical")} property="og:url" />
      ))}
      {marks.when("og_image", true, () => (
        <meta content={token("og_image")} property="og:image" />
      ))}
      {marks.each("json_ld", [], 0, () => (
        <script
          dangerouslySetInnerHTML={{ __html: jsonToken("document") }}
          key="json-ld"
          type="application/ld+json"
        />
      ))}
    </>
  );
}
