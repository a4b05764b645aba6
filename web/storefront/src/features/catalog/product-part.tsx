import { Icon } from "@vivamarket/ui";
import { jsonToken, token } from "@/fragments/marks.tsx";
import { Breadcrumb, Html, type PartProps, PICTURE, ShelfGrid } from "./part.tsx";
import { Picture } from "./picture.tsx";

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
        <span className="stock-dot size-2.5 rounded-full" />
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
          <Icon className="size-5 max-sm:hidden" name="bag" />
          <span data-submit-label="">{token("submit")}</span>
        </button>
        <button
          aria-label={p.wish}
          aria-pressed={false}
          className="icon-btn heart size-13 shrink-0 border-[1.5px] border-line"
          data-wish={token("id")}
          type="button"
        >
          <Icon className="size-6" name="heart" />
        </button>
      </div>
      <p aria-live="assertive" className="mt-2 min-h-5 text-[0.94rem] text-tomato" data-message="" />
    </form>
  );
}

/** Shown while what is chosen is sold out. Its words stand here, so that no script ships them. */
function StockAlert({ t }: PartProps) {
  const a = t.stockAlert;
  return (
    <form
      className="panel stock-alert mb-4 p-5"
      data-alert=""
      data-bad-email={a.badEmail}
      data-failed={a.failed}
      data-in-stock={a.inStock}
      data-mailed={a.mailed}
      data-too-many={a.tooMany}
      data-waiting={a.waiting}
    >
      <p className="font-semibold">{a.ask}</p>
      <p className="text-[0.94rem] text-muted">{a.lead}</p>
      <div className="mt-3 flex flex-wrap gap-3">
        <input
          aria-label={a.email}
          autoComplete="email"
          className="field min-w-0 grow basis-52"
          maxLength={254}
          name="email"
          placeholder={a.email}
          required={true}
          type="email"
        />
        <button className="btn btn-quiet" type="submit">
          {a.button}
        </button>
      </div>
      <p aria-live="polite" className="mt-2 font-medium empty:hidden" data-alert-told="" role="status" />
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
            <StockAlert {...props} />
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
