import type { search as english } from "../en/search.ts";
import type { Words } from "../words.ts";

/** The search, in Spanish. */
export const search: Words<typeof english> = {
  search: {
    label: "Buscar en el mercado",
    placeholder: "Busca pan, lámparas, cometas…",
    submit: "Buscar",
    clear: "Borrar la búsqueda",
    title: "Búsqueda",
    resultsFor: "Resultados de «{query}»",
    corrected: "Sin coincidencias exactas. Esto se parece.",
    none: "No hay nada para «{query}»",
    noneText: "Revisa la ortografía, usa menos palabras o recorre las categorías.",
    all: "Ver todos los productos",
    start: "¿Qué estás buscando?",
    startText: "Escribe un producto, una marca o un tipo de cosa.",
    suggestions: "Sugerencias",
    suggestionCount: "{count} sugerencias",
  },
} as const;
