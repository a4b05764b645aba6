import { resolveBrowserLocale, type TranslationMessages } from "ra-core";
import polyglotI18nProvider from "ra-i18n-polyglot";
import { en } from "./en/index.ts";
import { es } from "./es/index.ts";

/** The languages staff can choose; adding one is adding a catalogue. */
export const LANGUAGES = [
  { locale: "en", name: "English" },
  { locale: "es", name: "Español" },
] as const;

const CATALOGUES = { en, es };
const FIRST = "en";

/** What the admin says, in the person's language: the one they chose, else their browser's, else English. */
export const i18nProvider = polyglotI18nProvider(
  (locale) => {
    const spoken = locale in CATALOGUES ? (locale as keyof typeof CATALOGUES) : FIRST;
    document.documentElement.lang = spoken;
    // React-Admin wants every word of its stock pages, which we do not show.
    return CATALOGUES[spoken] as unknown as TranslationMessages;
  },
  resolveBrowserLocale(FIRST) === "es" ? "es" : FIRST,
  [...LANGUAGES],
  // States the shop learns later are shown as words of their own names.
  { allowMissing: true },
);
