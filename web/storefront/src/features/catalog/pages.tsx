import { Icon } from "@vivamarket/ui";
import { htmlToken, jsonToken, type Marks, token } from "@/fragments/marks.tsx";
import type { Messages } from "@/messages/index.ts";
import { Picture, type PictureView } from "./picture.tsx";

/** The parts of pages that hold catalogue data. They are rendered once, with marks, at build time. */
interface PartProps {
  readonly t: Messages;
  readonly locale: string;
  readonly marks: Marks;
}

const PICTURE: PictureView = {
  avif: token("avif"),
  webp: token("webp"),
  src: token("src"),
  alt: token("alt"),
  width: token("width"),
  height: token("height"),
};

function Html({ name, className, as: Tag = "div" }: { name: string; className?: string; as?: "div" | "ul" }) {
  return <Tag className={className} dangerouslySetInnerHTML={{ __html: htmlToken(name) }} />;
}

function Breadcrumb({ t, locale, marks }: PartProps) {
  return (
    <nav aria-label={t.nav.breadcrumb} className="py-5 text-[0.94rem]">
      <ol className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
        <li>
          <a className="hover:text-ink hover:underline" href={`/${locale}/`}>
            {t.nav.home}
          </a>
        </li>
        {marks.each("breadcrumb", [], 0, () => (
          <li className="flex items-center gap-2" key="crumb">
            <Icon className="size-3.5" name="chevron" />
            <a className="hover:text-ink hover:underline" href={token("href")}>
              {token("title")}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

export function ShelfGrid({ name }: { name: string }) {
  return (
    <Html
      className="product-grid grid grid-cols-2 gap-x-4 gap-y-9 md:grid-cols-3 md:gap-x-6 xl:grid-cols-4"
      name={name}
    />
  );
}

function Gallery({ t, marks }: PartProps) {
  return (
    <section aria-label={t.product.gallery} className="md:sticky md:top-40 md:self-start" data-gallery="">
      <div className="relative overflow-hidden rounded-[28px] bg-sunken">
        <div className="gallery-track" data-track="">
          {marks.when("no_images", true, () => (
            <div className="aspect-square" />
          ))}
          {marks.each("images", [], 0, () => (
            <button
              aria-label={t.product.zoom}
              className={`block aspect-square cursor-zoom-in ${token("tint")}`}
              data-image={token("id")}
              data-zoom={token("zoom")}
              key="image"
              type="button"
            >
              {marks.when("first", true, () => (
                <Picture
                  className="picture product-picture"
                  eager
                  marks={marks}
                  sizes="(min-width: 80rem) 620px, (min-width: 48rem) 50vw, 100vw"
                  view={PICTURE}
                />
              ))}
              {marks.when("later", true, () => (
                <Picture
                  marks={marks}
                  sizes="(min-width: 80rem) 620px, (min-width: 48rem) 50vw, 100vw"
                  view={PICTURE}
                />
              ))}
            </button>
          ))}
        </div>
        <span className="badge when-sale absolute left-4 top-4 bg-tomato text-on-tomato">
          {t.product.sale}
        </span>
        <span className="badge when-sold-out absolute left-4 top-4 bg-ink text-page">
          {t.product.soldOut}
        </span>
      </div>
      {marks.when("many_images", true, () => (
        <ul className="mt-4 flex gap-3 overflow-x-auto p-1">
          {marks.each("images", [], 0, () => (
            <li key="thumb">
              <button
                aria-current={token("current") as "true"}
                aria-label={token("thumb_label")}
                className={`thumb block size-18 overflow-hidden rounded-xl ${token("tint")}`}
                data-thumb=""
                type="button"
              >
                {marks.when("small", true, () => (
                  <img
                    alt=""
                    className="picture"
                    height={72}
                    loading="lazy"
                    src={token("small")}
                    width={72}
                  />
                ))}
              </button>
            </li>
          ))}
        </ul>
      ))}
    </section>
  );
}

function Options({ marks }: PartProps) {
  return marks.each("options", [], 0, () => (
    <fieldset className="mt-6" data-option="" key="option">
      <legend className="mb-2.5 font-semibold">
        {token("label")}:{" "}
        <span className="font-normal text-muted" data-chosen="">
          {token("chosen")}
        </span>
      </legend>
      <div className="flex flex-wrap gap-2">
        {marks.each("values", [], 0, () => (
          <label
            className="option-value chip relative min-w-12 justify-center"
            data-sold-out={token("sold_out")}
            key="value"
          >
            <input
              className="absolute inset-0 cursor-pointer appearance-none rounded-full outline-none"
              data-vm-flags={token("flags")}
              name={token("group")}
              type="radio"
              value={token("value")}
            />
            <span>{token("label")}</span>
          </label>
        ))}
      </div>
    </fieldset>
  ));
}

function BuyBox({ t, locale, marks }: PartProps) {
  const p = t.product;
  return (
    <form className="mt-5" data-buy="">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="text-3xl font-bold tabular-nums" data-price="">
          {token("price")}
        </span>
        <s className="text-lg text-muted tabular-nums" data-compare="">
          {token("compare_at")}
        </s>
      </p>
      <p className="mt-1 text-[0.94rem] text-muted">{p.taxNote}</p>
      <Options locale={locale} marks={marks} t={t} />
      <p aria-live="polite" className="mt-6 flex min-h-7 items-center gap-2 font-semibold">
        <span className="stock-dot size-2.5 rounded-full bg-brand group-data-[state=sold_out]/product:bg-muted" />
        <span data-stock="">{token("stock")}</span>
      </p>
      <div className="mt-3 flex items-stretch gap-3">
        <div className="flex items-center rounded-full border-[1.5px] border-line bg-surface">
          <button aria-label={p.less} className="icon-btn" data-step="-1" type="button">
            <Icon name="minus" />
          </button>
          <input
            aria-label={p.quantity}
            className="w-9 bg-transparent text-center font-semibold tabular-nums"
            defaultValue="1"
            inputMode="numeric"
            maxLength={2}
            name="quantity"
          />
          <button aria-label={p.more} className="icon-btn" data-step="1" type="button">
            <Icon name="plus" />
          </button>
        </div>
        <button
          className="btn btn-primary flex-1 text-[1.05rem]"
          data-submit=""
          data-vm-flags={token("flags")}
          type="submit"
        >
          <Icon name="bag" />
          <span data-submit-label="">{token("submit")}</span>
        </button>
      </div>
      <p aria-live="assertive" className="mt-2 min-h-5 text-[0.94rem] text-tomato" data-message="" />
    </form>
  );
}

function Specifications({ t, marks }: PartProps) {
  return marks.when("has_attributes", true, () => (
    <section className="mt-9 border-t border-line pt-8">
      <h2 className="mb-4 text-2xl">{t.product.specifications}</h2>
      <table className="w-full text-left">
        <tbody>
          {marks.each("attributes", [], 0, () => (
            <tr className="border-b border-line last:border-0" key="attribute">
              <th className="w-2/5 py-2.5 pr-4 align-top font-medium text-muted" scope="row">
                {token("label")}
              </th>
              <td className="py-2.5">{token("text")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  ));
}

/** The main part of a product page. */
export function ProductPart(props: PartProps) {
  const { t, marks } = props;
  const p = t.product;
  return (
    <div
      className="group/product"
      data-product={token("id")}
      data-sale={token("sale")}
      data-state={token("state")}
    >
      <div className="shell">
        <Breadcrumb {...props} />
        <div className="grid gap-8 md:grid-cols-2 lg:gap-14">
          <Gallery {...props} />
          <div className="max-w-xl">
            <p className="eyebrow">{token("vendor_line")}</p>
            <h1 className="mt-1 text-[clamp(1.9rem,4.4vw,3rem)]">{token("title")}</h1>
            <BuyBox {...props} />
            <ul className="mt-2 space-y-2 rounded-2xl bg-sunken p-4 text-[0.94rem]">
              <li className="flex items-center gap-3">
                <Icon className="size-5 text-brand-text" name="truck" />
                {p.shippingNote}
              </li>
              <li className="flex items-center gap-3">
                <Icon className="size-5 text-brand-text" name="back" />
                {p.returnsNote}
              </li>
            </ul>
            {marks.when("has_description", true, () => (
              <section className="mt-9">
                <h2 className="mb-3 text-2xl">{p.description}</h2>
                <Html className="prose text-[1.05rem] leading-relaxed" name="description" />
              </section>
            ))}
            <Specifications {...props} />
          </div>
        </div>
        {marks.when("has_related", true, () => (
          <section className="mt-20">
            <h2 className="mb-6 text-3xl">{p.related}</h2>
            <ShelfGrid name="related" />
          </section>
        ))}
      </div>
      <script
        dangerouslySetInnerHTML={{ __html: jsonToken("product") }}
        id="product-data"
        type="application/json"
      />
    </div>
  );
}

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
            <Picture
              eager
              marks={marks}
              sizes="(min-width: 80rem) 620px, 50vw"
              view={{ ...PICTURE, alt: "" }}
            />
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
          <h1 className="text-[clamp(2.6rem,6.4vw,4.9rem)] leading-[0.98] font-extrabold">{t.home.title}</h1>
          <p className="mt-5 max-w-md text-lg">{t.home.lead}</p>
          <p className="mt-7 flex flex-wrap gap-3">
            <a className="btn btn-primary" href={`/${locale}/search/`}>
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
          <ul className="grid grid-cols-2 gap-x-3 gap-y-6 sm:grid-cols-3 md:gap-x-5 md:gap-y-8 lg:grid-cols-4 xl:grid-cols-6">
            {marks.each("categories", [], 0, () => (
              <li key="category">
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

/** The categories in the header. */
export function NavPart({ t, locale, marks }: PartProps) {
  return (
    <nav aria-label={t.nav.categories}>
      <ul className="flex gap-1 overflow-x-auto py-1.5 [scrollbar-width:none]">
        {marks.each("categories", [], 0, () => (
          <li key="category">
            <a
              className="nav-link block whitespace-nowrap rounded-full px-3.5 py-1.5 text-[0.97rem] font-medium hover:bg-sunken"
              href={token("href")}
            >
              {token("title")}
            </a>
          </li>
        ))}
        <li>
          <a
            className="nav-link block whitespace-nowrap rounded-full px-3.5 py-1.5 text-[0.97rem] font-medium hover:bg-sunken"
            href={`/${locale}/search/`}
          >
            {t.nav.all}
          </a>
        </li>
      </ul>
    </nav>
  );
}

/** The same page in the other languages. */
export function LanguagePart({ t, marks }: PartProps) {
  return (
    <ul aria-label={t.nav.language} className="flex items-center gap-0.5">
      {marks.each("languages", [], 0, () => (
        <li key="language">
          <a
            aria-current={token("current") as "true"}
            className="grid size-9 place-items-center rounded-full text-[0.9rem] font-semibold text-muted uppercase hover:bg-sunken aria-[current=true]:bg-sunken aria-[current=true]:text-ink"
            href={token("href")}
            hrefLang={token("code")}
            lang={token("code")}
          >
            {token("code")}
            <span className="sr-only normal-case">{token("name")}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What stands in the head of every page for search engines and link previews. */
export function HeadPart({ marks, t }: PartProps) {
  return (
    <>
      <title>{token("title")}</title>
      <meta content={token("description")} name="description" />
      {marks.when("robots", true, () => (
        <meta content={token("robots")} name="robots" />
      ))}
      {marks.when("canonical", true, () => (
        <link href={token("canonical")} rel="canonical" />
      ))}
      {marks.each("alternates", [], 0, () => (
        <link href={token("href")} hrefLang={token("code")} key="alternate" rel="alternate" />
      ))}
      <meta content={t.shop.name} property="og:site_name" />
      <meta content={token("og_type")} property="og:type" />
      <meta content={token("title")} property="og:title" />
      <meta content={token("description")} property="og:description" />
      {marks.when("canonical", true, () => (
        <meta content={token("canonical")} property="og:url" />
      ))}
      {marks.when("og_image", true, () => (
        <meta content={token("og_image")} property="og:image" />
      ))}
      {marks.each("json_ld", [], 0, () => (
        <script
          dangerouslySetInnerHTML={{ __html: jsonToken("document") }}
          key="json-ld"
          type="application/ld+json"
        />
      ))}
    </>
  );
}

/** The card with marks, for shelves. */
export const CARD_TOKENS = {
  href: token("href"),
  title: token("title"),
  vendor: token("vendor"),
  sku: token("sku"),
  price: token("price"),
  compare_at: token("compare_at"),
  sale: token("sale"),
  varies: true,
  single: true,
  state: token("state"),
  tint: token("tint"),
  quick_add: token("quick_add"),
  choose: token("choose"),
  picture: { ...PICTURE, alt: "" },
} as const;
