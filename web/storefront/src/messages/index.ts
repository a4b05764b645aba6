import { catalogues } from "./catalogues.ts";
import type { en } from "./en/index.ts";
import type { Words } from "./words.ts";

/** Every word the shop says. A language that lacks one, or has one too many, does not compile. */
export type Messages = Words<typeof en>;

export type Locale = keyof typeof catalogues;

const complete: Readonly<Record<Locale, Messages>> = catalogues;

/** The languages this build speaks: those that have a folder beside this file. */
export const LOCALES = Object.keys(complete) as readonly Locale[];

/** Return a language's own name for itself, such as `Español`. */
export function nameOf(locale: Locale): string {
  const name = new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

/** Return the words of a locale. Only server components call this: a page ships one language. */
export function messagesOf(locale: Locale): Messages {
  return complete[locale];
}

/** Return the route's locale; only those of `LOCALES` are ever exported. */
export function localeOf(text: string): Locale {
  const known = LOCALES.find((locale) => locale === text);
  if (known === undefined) throw new Error(`There are no words in ${text}.`);
  return known;
}
