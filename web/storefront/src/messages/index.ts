import { en } from "./en/index.ts";
import { es } from "./es/index.ts";
import type { Words } from "./words.ts";

export type Messages = Words<typeof en>;

export const LOCALES = ["en", "es"] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { en: "English", es: "Español" };

const catalogues: Readonly<Record<Locale, Messages>> = { en, es };

/** Return the words of a locale. Only server components call this: a page ships one language. */
export function messagesOf(locale: Locale): Messages {
  return catalogues[locale];
}

/** Return the route's locale; the two locales are all that is ever exported. */
export function localeOf(text: string): Locale {
  return text === "es" ? "es" : "en";
}
