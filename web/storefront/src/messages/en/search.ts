/** The search, in English. */
export const search = {
  search: {
    label: "Search the market",
    placeholder: "Search bread, lamps, kites…",
    submit: "Search",
    clear: "Clear the search",
    title: "Search",
    resultsFor: "Results for “{query}”",
    corrected: "No exact match. These come close.",
    none: "Nothing found for “{query}”",
    noneText: "Check the spelling, use fewer words, or look through the categories.",
    all: "See all products",
    start: "What are you looking for?",
    startText: "Type a product, a brand or a kind of thing.",
    suggestions: "Suggestions",
    suggestionCount: "{count} suggestions",
  },
} as const;
