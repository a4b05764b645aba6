import type { CardWords } from "@/features/catalog/card.tsx";
import type { ViewWords } from "@/features/catalog/view.ts";
import type { Messages } from "@/messages/index.ts";

/** So many cards are on a phone's first screen: their pictures do not wait for a look at the layout. */
export const FIRST_SEEN = 2;
export const GRID = "product-grid grid grid-cols-2 gap-x-4 gap-y-9 md:grid-cols-3 md:gap-x-6";

/** What is said where results are drawn early (src/early/search-drawing.tsx). */
export type ResultsWords = CardWords &
  ViewWords &
  Pick<Messages["list"], "oneProduct" | "manyProducts"> &
  Pick<Messages["search"], "corrected">;

/** Cards that are on their way, as large as cards are. */
export function Skeletons() {
  return (
    <div aria-hidden="true" className={GRID}>
      {[0, 1, 2, 3, 4, 5].map((place) => (
        <div key={place}>
          <div className="skeleton aspect-square" />
          <div className="skeleton mt-3 h-5 w-3/4" />
          <div className="skeleton mt-2 h-5 w-1/3" />
        </div>
      ))}
    </div>
  );
}
