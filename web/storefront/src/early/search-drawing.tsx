/** Draws the search's first answer with the components that React draws with later, and without React. */
import { plural } from "@vivamarket/format";
import type { SearchResults } from "@/api/types.ts";
import { ProductCard } from "@/features/catalog/card.tsx";
import { cardView } from "@/features/catalog/view.ts";
import { FIRST_SEEN, GRID, type ResultsWords } from "@/features/search/grid.tsx";
import { drawEarly } from "./answers.ts";
import { html } from "./jsx-runtime.ts";
import { parsed, wordsOf } from "./parsed.ts";

const locale = document.documentElement.lang;

async function draw(): Promise<boolean> {
  const place = await parsed("results");
  const response = await window.vivaCopy;
  if (!response?.ok) return false;
  const results = (await response.json()) as SearchResults;
  if (results.items.length === 0) return false;
  const words = wordsOf<ResultsWords>(place);
  const cards = results.items.map((item, index) => (
    <ProductCard eager={index < FIRST_SEEN} key={item.id} t={words} view={cardView(item, locale, words)} />
  ));
  place.innerHTML = html(<div className={GRID}>{cards}</div>);
  const count = await parsed("count");
  count.textContent = plural(locale, results.total, words.oneProduct, words.manyProducts);
  if (results.corrected) (await parsed("corrected")).textContent = words.corrected;
  return true;
}

drawEarly(draw);
