import { token } from "@/fragments/marks.tsx";
import { Breadcrumb, Html, type PartProps, PICTURE, ShelfGrid } from "./part.tsx";
import { Picture } from "./picture.tsx";

/** The head of a category page: where we are, its title, and the shelves below it. */
export function CategoryPart(props: PartProps) {
  const { marks } = props;
  return (
    <div className="shell">
      <Breadcrumb {...props} />
      {/* The pictures are light in every theme, and so is what they fade into. */}
      <div
        className={`relative flex min-h-52 items-center overflow-hidden rounded-[28px] px-6 py-8 text-ink md:px-10 ${token("tint")}`}
        data-theme="light"
      >
        <div className="relative z-10 max-w-xl sm:w-3/5">
          <h1 className="text-[clamp(2rem,5vw,3.4rem)]">{token("title")}</h1>
          <Html className="prose mt-2 text-[1.05rem]" name="description" />
        </div>
        {marks.when("has_picture", true, () => (
          <div className="banner-picture absolute inset-y-0 right-0 hidden w-1/2 sm:block">
            {/* Not shown on phones, and then not fetched: only a lazy picture is left alone. */}
            <Picture marks={marks} sizes="(min-width: 80rem) 620px, 50vw" view={{ ...PICTURE, alt: "" }} />
          </div>
        ))}
      </div>
      {marks.when("has_children", true, () => (
        <ul className="mt-5 flex flex-wrap gap-2">
          {marks.each("children", [], 0, () => (
            <li key="child">
              <a className="chip" href={token("href")}>
                {token("title")}
              </a>
            </li>
          ))}
        </ul>
      ))}
    </div>
  );
}

/** The first products of a category, as the page is published. */
export function CategoryGridPart({ t, marks }: PartProps) {
  return (
    <>
      <ShelfGrid name="cards" />
      {marks.when("empty", true, () => (
        <div className="panel px-6 py-14 text-center">
          <p className="font-display text-2xl font-bold">{t.list.emptyShelf}</p>
          <p className="mt-2 text-muted">{t.list.emptyShelfText}</p>
        </div>
      ))}
    </>
  );
}
