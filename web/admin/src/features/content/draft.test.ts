import { describe, expect, it } from "vitest";
import { draftOf, editOf, missingOf, NO_WORDS, slugOf, titled } from "./draft.ts";

describe("a content page's draft", () => {
  it("has an address that follows its title until somebody chooses one", () => {
    const first = titled(NO_WORDS, "Über uns");
    expect(first.slug).toBe("uber-uns");
    expect(titled(first, "Wer wir sind").slug).toBe("wer-wir-sind");
    expect(titled({ ...first, slug: "wir" }, "Wer wir sind").slug).toBe("wir");
  });

  it("tells what a translation lacks of what its source says", () => {
    const source = { ...NO_WORDS, title: "About", body: "Us." };
    expect(missingOf(source, { ...NO_WORDS, title: "Über uns", body: " " })).toEqual(["body"]);
    expect(missingOf(source, source)).toEqual([]);
    expect(missingOf(NO_WORDS, NO_WORDS)).toEqual([]);
  });

  it("is sent without the languages that have no title", () => {
    const texts = { en: { ...NO_WORDS, title: "About", slug: "about" }, es: { ...NO_WORDS, body: "…" } };
    expect(Object.keys(editOf({ ...draftOf(undefined), texts }, 0).texts)).toEqual(["en"]);
  });

  it("has an address of small letters, digits and single hyphens", () => {
    expect(slugOf("  ¡Envíos & más!  ")).toBe("envios-mas");
  });
});
