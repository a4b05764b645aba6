import type { ContentEdit, ContentWords, StaffContent } from "@vivamarket/api-client";

export const NO_WORDS: ContentWords = { title: "", slug: "", description: "", body: "" };

/** What staff are writing: the page's key is chosen once, with its first title. */
export interface Draft {
  readonly texts: Readonly<Record<string, ContentWords>>;
  readonly in_footer: boolean;
  readonly position: number;
}

export function draftOf(page: StaffContent | undefined): Draft {
  return {
    texts: page?.texts ?? {},
    in_footer: page?.in_footer ?? true,
    position: page?.position ?? 100,
  };
}

/** Return the title in the reader's language, else in any. */
export function titleOf({ id, texts }: StaffContent, locale: string): string {
  return texts[locale]?.title ?? Object.values(texts)[0]?.title ?? id;
}

/** Return an address of a title: small letters, digits, single hyphens. */
export function slugOf(title: string): string {
  return title
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80);
}

/** Return the words with another title; an address that was never chosen follows it. */
export function titled(words: ContentWords, title: string): ContentWords {
  const follows = words.slug === "" || words.slug === slugOf(words.title);
  return { ...words, title, slug: follows ? slugOf(title) : words.slug };
}

const TOLD = ["title", "description", "body"] as const;

/** Return what the source language says and the other does not yet, by the names of the fields. */
export function missingOf(source: ContentWords, words: ContentWords): readonly (typeof TOLD)[number][] {
  return TOLD.filter((name) => (source[name] ?? "").trim() !== "" && (words[name] ?? "").trim() === "");
}

/** Return what is sent: languages without a title are left out. */
export function editOf({ texts, in_footer, position }: Draft, version: number): ContentEdit {
  const written = Object.entries(texts).filter(([, words]) => words.title.trim() !== "");
  return { version, in_footer, position, texts: Object.fromEntries(written) };
}
