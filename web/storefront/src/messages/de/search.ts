import type { search as english } from "../en/search.ts";
import type { Words } from "../words.ts";

/** The search, in German. */
export const search: Words<typeof english> = {
  search: {
    label: "Den Markt durchsuchen",
    placeholder: "Brot, Lampen, Drachen suchen …",
    submit: "Suchen",
    clear: "Suche leeren",
    title: "Suche",
    resultsFor: "Ergebnisse für „{query}“",
    corrected: "Kein genauer Treffer. Das hier kommt dem nahe.",
    none: "Nichts gefunden für „{query}“",
    noneText: "Prüf die Schreibweise, nimm weniger Wörter oder geh durch die Kategorien.",
    all: "Alle Produkte ansehen",
    start: "Was suchst du?",
    startText: "Tippe ein Produkt, eine Marke oder eine Art von Ding.",
    suggestions: "Vorschläge",
    suggestionCount: "{count} Vorschläge",
  },
};
