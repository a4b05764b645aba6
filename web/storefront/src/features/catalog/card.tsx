import { Icon } from "@vivamarket/ui";
import { type Marks, real } from "@/fragments/marks.tsx";
import type { Messages } from "@/messages/index.ts";
import { Picture, type PictureView } from "./picture.tsx";

/** A product as lists show it, every value ready to read. */
export interface CardView {
  readonly id: string;
  readonly href: string;
  readonly title: string;
  readonly vendor: string;
  readonly sku: string;
  readonly price: string;
  readonly compare_at: string;
  readonly sale: string;
  readonly varies: boolean;
  readonly single: boolean;
  readonly state: string;
  readonly tint: string;
  readonly quick_add: string;
  readonly choose: string;
  readonly picture: PictureView;
}

/** The words of a card. */
export type CardWords = Pick<Messages["product"], "sale" | "soldOut" | "from" | "wish">;

const CARD_SIZES = "(min-width: 80rem) 280px, (min-width: 48rem) 30vw, 46vw";

export function ProductCard({
  view,
  t,
  eager = false,
  marks = real,
}: {
  view: CardView;
  t: CardWords;
  eager?: boolean;
  marks?: Marks;
}) {
  return (
    <article
      className="card group relative flex h-full flex-col"
      data-card=""
      data-sale={view.sale}
      data-sku={view.sku}
      data-state={view.state}
    >
      <div className={`card-figure ${view.tint}`}>
        <Picture eager={eager} marks={marks} sizes={CARD_SIZES} view={view.picture} />
        <span className="badge when-sale absolute left-3 top-3 bg-tomato text-on-tomato">{t.sale}</span>
        <span className="badge when-sold-out absolute left-3 top-3 bg-ink text-page">{t.soldOut}</span>
      </div>
      <div className="flex flex-1 flex-col gap-0.5 px-1 pt-3">
        <h3 className="font-sans text-[1.02rem] font-semibold leading-snug tracking-normal">
          <a className="card-link after:absolute after:inset-0" href={view.href}>
            {view.title}
          </a>
        </h3>
        <p className="text-[0.9rem] text-muted">{view.vendor}</p>
        <p className="mt-auto flex flex-wrap items-baseline gap-x-2 pr-12 pt-1.5">
          {marks.when("varies", view.varies, () => (
            <span className="text-[0.9rem] text-muted">{t.from}</span>
          ))}
          <span className="text-[1.08rem] font-bold tabular-nums" data-price="">
            {view.price}
          </span>
          <s className="text-[0.9rem] text-muted tabular-nums" data-compare="">
            {view.compare_at}
          </s>
        </p>
      </div>
      <button
        aria-label={t.wish}
        aria-pressed={false}
        className="icon-btn heart absolute right-2 top-2 z-10"
        data-wish={view.id}
        type="button"
      >
        <Icon name="heart" />
      </button>
      {marks.when("single", view.single, () => (
        <button
          aria-label={view.quick_add}
          className="icon-btn when-available absolute bottom-0 right-0 z-10 bg-brand-soft text-brand-text hover:bg-brand hover:text-on-brand"
          data-add={view.sku}
          type="button"
        >
          <Icon name="plus" />
        </button>
      ))}
    </article>
  );
}
