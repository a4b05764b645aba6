import { type I18nProvider, resolveBrowserLocale, type TranslationMessages } from "ra-core";
import polyglotI18nProvider from "ra-i18n-polyglot";

/** The languages staff can choose; adding one is adding a catalogue. */
export const LANGUAGES = [
  { locale: "en", name: "English" },
  { locale: "es", name: "Español" },
] as const;

type Language = (typeof LANGUAGES)[number]["locale"];

const CATALOGUES: Readonly<Record<Language, () => Promise<object>>> = {
  en: async () => (await import("./en/index.ts")).en,
  es: async () => (await import("./es/index.ts")).es,
};
const FALLBACK: Language = "en";

/** What the admin says, in the person's language; there once `learnToSpeak` is done, before anything shows. */
export let i18nProvider: I18nProvider;

/**
 * Fetch the words of the reader's browser, else English; those of another language once it is chosen.
 *
 * It is called once, not awaited while modules load: pages that share code with the first one would then
 * have to wait for it, and the build would cut that code into pieces.
 */
export async function learnToSpeak(): Promise<void> {
  const first = spoken(resolveBrowserLocale(FALLBACK));
  const words = await CATALOGUES[first]();
  i18nProvider = polyglotI18nProvider(
    (locale) => {
      const language = spoken(locale);
      document.documentElement.lang = language;
      // React-Admin wants every word of its stock pages, which we do not show.
      return (language === first ? words : CATALOGUES[language]()) as TranslationMessages;
    },
    first,
    [...LANGUAGES],
    // States the shop learns later are shown as words of their own names.
    { allowMissing: true },
  );
}

function spoken(locale: string): Language {
  return locale in CATALOGUES ? (locale as Language) : FALLBACK;
}
