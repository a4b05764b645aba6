import { Icon } from "@vivamarket/ui";
import { home } from "@/api/place.ts";
import { token } from "@/fragments/marks.tsx";
import { type PartProps, PICTURE, ShelfGrid } from "./part.tsx";
import { Picture } from "./picture.tsx";

function Shelf({ t, marks, name, title, id }: PartProps & { name: string; title: string; id?: string }) {
  return marks.when(`has_${name}`, true, () => (
    <section className="shell mt-16 scroll-mt-40" id={id}>
      <div className="mb-6 flex items-end justify-between gap-4">
        <h2 className="text-[clamp(1.6rem,3.4vw,2.3rem)]">{title}</h2>
        <a className="link shrink-0" href={`${token("search")}?sort=newest`}>
          {t.home.seeAll}
        </a>
      </div>
      <ShelfGrid name={name} />
    </section>
  ));
}

function Hero({ t, locale, marks }: PartProps) {
  return (
    <section className="shell pt-6">
      <div className="relative grid items-center gap-8 overflow-hidden rounded-[32px] bg-brand-soft px-6 py-10 md:grid-cols-[1.05fr_1fr] md:px-12 md:py-12">
        <div className="relative z-10">
          <h1 className="text-[clamp(2.6rem,6.4vw,4.9rem)] leading-[0.98]">{t.home.title}</h1>
          <p className="mt-5 max-w-md text-lg">{t.home.lead}</p>
          <p className="mt-7 flex flex-wrap gap-3">
            <a className="btn btn-primary" href={`${home(locale)}search/`}>
              {t.home.browse}
            </a>
            {marks.when("has_sale", true, () => (
              <a className="btn btn-quiet" href="#sale">
                {t.home.sale}
              </a>
            ))}
          </p>
        </div>
        <ul className="hero-tiles grid grid-cols-3 gap-3 md:gap-4">
          {marks.each("hero", [], 0, () => (
            <li className="hero-tile" key="tile">
              <a
                aria-label={token("title")}
                className={`block aspect-square overflow-hidden rounded-3xl shadow-[var(--shadow)] transition-transform duration-300 hover:-translate-y-1 ${token("tint")}`}
                href={token("href")}
              >
                <Picture
                  eager
                  marks={marks}
                  sizes="(min-width: 48rem) 190px, 30vw"
                  view={{ ...PICTURE, alt: "" }}
                />
              </a>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Trust({ t }: PartProps) {
  const trust = t.home.trust;
  const points = [
    ["truck", trust.delivery, trust.deliveryText],
    ["back", trust.returns, trust.returnsText],
    ["lock", trust.payment, trust.paymentText],
    ["chat", trust.people, trust.peopleText],
  ] as const;
  return (
    <section className="shell mt-20">
      <ul className="grid gap-x-8 gap-y-6 border-y border-line py-9 sm:grid-cols-2 lg:grid-cols-4">
        {points.map(([icon, title, text]) => (
          <li className="flex gap-4" key={icon}>
            <span className="grid size-11 shrink-0 place-items-center rounded-full bg-lemon text-[#16261c]">
              <Icon name={icon} />
            </span>
            <span>
              <strong className="block font-semibold">{title}</strong>
              <span className="text-[0.94rem] text-muted">{text}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The front page. */
export function HomePart(props: PartProps) {
  const { t, marks } = props;
  return (
    <>
      <Hero {...props} />
      {marks.when("has_categories", true, () => (
        <section className="shell mt-14">
          <h2 className="mb-6 text-[clamp(1.6rem,3.4vw,2.3rem)]">{t.home.categories}</h2>
          <ul
            className="grid grid-cols-2 gap-x-3 gap-y-6 sm:grid-cols-3 md:gap-x-5 md:gap-y-8 lg:grid-cols-4 xl:grid-cols-6"
            data-departments=""
          >
            {marks.each("categories", [], 0, () => (
              <li data-department={token("id")} key="category">
                <a className="group flex h-full flex-col" href={token("href")}>
                  <span
                    className={`block aspect-[4/3] overflow-hidden rounded-3xl ${token("tint")} [&_img]:transition-transform [&_img]:duration-500 group-hover:[&_img]:scale-[1.06]`}
                  >
                    <Picture
                      marks={marks}
                      sizes="(min-width: 64rem) 280px, 55vw"
                      view={{ ...PICTURE, alt: "" }}
                    />
                  </span>
                  <span className="px-1 pt-2.5 font-display text-[1.1rem] font-bold leading-tight group-hover:underline">
                    {token("title")}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Shelf {...props} name="featured" title={t.home.featured} />
      <Shelf {...props} id="sale" name="sale" title={t.home.onSale} />
      <Shelf {...props} name="fresh" title={t.home.fresh} />
      <Trust {...props} />
    </>
  );
}
