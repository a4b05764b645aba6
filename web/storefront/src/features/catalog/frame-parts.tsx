import { home } from "@/api/place.ts";
import { jsonToken, token } from "@/fragments/marks.tsx";
import type { PartProps } from "./part.tsx";

/** The categories in the header. */
export function NavPart({ t, locale, marks }: PartProps) {
  return (
    <nav aria-label={t.nav.categories}>
      <ul className="bleed flex gap-0.5 overflow-x-auto py-1.5 [scrollbar-width:none]">
        {marks.each("categories", [], 0, () => (
          <li className="first:-ml-3" key="category">
            <a
              className="nav-link block whitespace-nowrap rounded-full px-3 py-1.5 text-[0.97rem] font-medium hover:bg-sunken"
              href={token("href")}
            >
              {token("title")}
            </a>
          </li>
        ))}
        <li>
          <a
            className="nav-link block whitespace-nowrap rounded-full px-3 py-1.5 text-[0.97rem] font-medium hover:bg-sunken"
            href={`${home(locale)}search/`}
          >
            {t.nav.all}
          </a>
        </li>
      </ul>
    </nav>
  );
}

const CHOICE =
  "flex items-center justify-between gap-6 rounded-xl px-3 py-2 hover:bg-sunken aria-[current=true]:font-semibold";

/** The same page in the other languages and currencies, in a panel that needs no script. */
export function LanguagePart({ t, marks }: PartProps) {
  return (
    <>
      <button
        aria-label={`${t.nav.language}: ${token("locale")} ${token("currency")}`}
        className="edition-button flex h-11 items-center gap-1.5 rounded-full px-3 text-[0.9rem] max-xs:px-2 font-semibold uppercase hover:bg-sunken"
        popoverTarget="edition"
        type="button"
      >
        {token("locale")}{" "}
        {marks.when("many_currencies", true, () => (
          <span className="text-muted max-xs:hidden">{token("currency")}</span>
        ))}
      </button>
      <div
        className="edition-panel w-72 rounded-2xl border border-line bg-page p-3 text-ink shadow-[var(--shadow)]"
        id="edition"
        popover="auto"
      >
        <nav aria-label={t.nav.language}>
          <p className="px-3 pb-1 pt-2 text-[0.9rem] text-muted">{t.nav.language}</p>
          <ul>
            {marks.each("languages", [], 0, () => (
              <li key="language">
                <a
                  aria-current={token("current") as "true"}
                  className={CHOICE}
                  data-switch="language"
                  href={token("href")}
                  hrefLang={token("code")}
                  lang={token("code")}
                >
                  {token("name")}
                  <span aria-hidden="true" className="text-[0.9rem] text-muted uppercase">
                    {token("code")}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {marks.when("many_currencies", true, () => (
          <nav aria-label={t.nav.currency} className="mt-2 border-t border-line pt-2">
            <p className="px-3 pb-1 pt-2 text-[0.9rem] text-muted">{t.nav.currency}</p>
            <ul>
              {marks.each("currencies", [], 0, () => (
                <li key="currency">
                  <a
                    aria-current={token("current") as "true"}
                    className={CHOICE}
                    data-switch="currency"
                    href={token("href")}
                    rel="nofollow"
                  >
                    <span className="inline-block first-letter:uppercase">{token("name")}</span>
                    <span aria-hidden="true" className="text-[0.9rem] text-muted">
                      {token("symbol")}
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        ))}
      </div>
    </>
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
