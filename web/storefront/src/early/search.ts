/**
 * Runs at the beginning of the search page: asks for what the address names, and shows what the address alone
 * tells, so that nothing moves when the answer comes. `search-drawing.tsx` draws the answer.
 */
import { fill } from "@vivamarket/format";
import { filterCount, firstQuery, firstQuestion } from "@/features/search/query.ts";
import { askEarly, warmNumbers } from "./answers.ts";
import { parsed } from "./parsed.ts";

const query = firstQuery(location.search);
askEarly(`/api/v1/search?${firstQuestion(location.search, document.documentElement.lang)}`);

async function showHeading(): Promise<void> {
  const title = await parsed("title");
  if (query.q !== "") title.textContent = fill(title.dataset.words ?? "", { query: query.q });
  (await parsed("chips")).hidden = filterCount(query) === 0;
}

warmNumbers();
// Without its places the page is another one: the framework draws it.
showHeading().catch(() => undefined);
