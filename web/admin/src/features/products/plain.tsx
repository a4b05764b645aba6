import Box from "@mui/material/Box";
import type { Shop, StaffProduct, StaffVariant, TextsOfLocale } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { useRead } from "../../api/use-read.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Fact, Facts, Section } from "../../shell/section.tsx";
import { Below, type Column, Empty, Table } from "../../shell/table.tsx";
import { Amount, Code, Moment, Status } from "../../shell/values.tsx";
import { readCategories } from "../categories/requests.ts";
import { nameOf } from "../categories/tree.ts";
import { typedAttribute } from "./attribute-draft.ts";
import { Look } from "./look.tsx";
import { TEXT_FIELDS } from "./texts.tsx";
import { Thumbnail } from "./thumbnail.tsx";
import { titleOf } from "./title.ts";

interface Props {
  readonly product: StaffProduct;
  readonly shop: Shop;
}

/** The same product for who may look at it and not change it. */
export function Plain({ product, shop }: Props) {
  const translate = useTranslate();
  return (
    <>
      <PageHead
        actions={<Look product={product} shop={shop} />}
        back={{ to: "/products", label: translate("va.nav.products") }}
        beside={<Status value={product.status} />}
        title={titleOf(product, shop.default_locale)}
      />
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
        <Section title={translate("va.product.texts")}>
          <PlainTexts locales={shop.locales} texts={product.texts} />
        </Section>
        {product.images.length > 0 && (
          <Section title={translate("va.product.pictures")}>
            <Box component="ul" sx={{ listStyle: "none", m: 0, px: 2, pb: 2, display: "grid", gap: 1 }}>
              {product.images.map((image) => (
                <Box
                  component="li"
                  key={image.media_id ?? image.source_url}
                  sx={{ display: "flex", gap: 1.5, alignItems: "center" }}
                >
                  <Thumbnail image={image} size={72} />
                  {Object.values(image.alt).join(" · ") || translate("va.picture.no_alt")}
                </Box>
              ))}
            </Box>
          </Section>
        )}
        <Section title={translate("va.product.variants")}>
          <PlainVariants product={product} />
        </Section>
        <Section title={translate("va.product.facts")}>
          <PlainFacts product={product} />
        </Section>
      </Box>
    </>
  );
}

interface TextsProps {
  readonly texts: Readonly<Record<string, TextsOfLocale>>;
  readonly locales: readonly string[];
}

/** Words in every language that has some, side by side. */
export function PlainTexts({ texts, locales }: TextsProps) {
  const translate = useTranslate();
  const language = new Intl.DisplayNames(useLocale(), { type: "language" });
  const spoken = locales.filter((locale) => texts[locale] !== undefined);
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: { md: `repeat(${spoken.length}, minmax(0, 1fr))` } }}>
      {spoken.map((locale) => (
        <Box aria-label={language.of(locale) ?? locale} key={locale} lang={locale} role="group">
          <Facts>
            {TEXT_FIELDS.filter((field) => texts[locale]?.[field]).map((field) => (
              <Fact key={field} name={translate(`va.product.text.${field}`)}>
                {texts[locale]?.[field]}
              </Fact>
            ))}
          </Facts>
        </Box>
      ))}
    </Box>
  );
}

function PlainVariants({ product }: { product: StaffProduct }) {
  const translate = useTranslate();
  const columns: readonly Column<StaffVariant>[] = [
    {
      name: "sku",
      title: translate("va.product.variant"),
      cell: (variant) => (
        <>
          {variant.option_values.join(" / ") || translate("va.product.only_variant")}
          <Below>
            <Code>{variant.sku}</Code>
          </Below>
        </>
      ),
    },
    {
      name: "prices",
      title: translate("va.line.price"),
      cell: (variant) =>
        Object.entries(variant.prices).map(([currency, { amount }]) => (
          <div key={currency}>
            <Amount value={{ minor_units: amount, currency }} />
          </div>
        )),
    },
    {
      name: "stock",
      title: translate("va.goods.available"),
      numeric: true,
      cell: ({ tracked, stock }) =>
        tracked ? (stock?.available ?? "–") : translate("va.product.not_counted"),
    },
  ];
  if (product.variants.length === 0) return <Empty>{translate("va.list.nothing_fits")}</Empty>;
  return (
    <Table
      caption={translate("va.product.variants")}
      columns={columns}
      keyOf={(variant) => variant.sku}
      rows={product.variants}
    />
  );
}

function PlainFacts({ product }: { product: StaffProduct }) {
  const translate = useTranslate();
  const locale = useLocale();
  const { data: categories = [] } = useRead(["categories"], readCategories);
  const shelves = categories.filter((category) => product.category_ids.includes(category.id));
  const { publish_at = null, unpublish_at = null } = product.schedule;
  return (
    <Facts>
      {product.vendor !== "" && <Fact name={translate("va.product.vendor")}>{product.vendor}</Fact>}
      {product.product_type !== "" && <Fact name={translate("va.product.type")}>{product.product_type}</Fact>}
      {product.tags.length > 0 && <Fact name={translate("va.product.tags")}>{product.tags.join(", ")}</Fact>}
      {shelves.length > 0 && (
        <Fact name={translate("va.nav.categories")}>
          {shelves.map((category) => nameOf(category, locale)).join(", ")}
        </Fact>
      )}
      {publish_at !== null && (
        <Fact name={translate("va.product.publish_at")}>
          <Moment at={publish_at} />
        </Fact>
      )}
      {unpublish_at !== null && (
        <Fact name={translate("va.product.unpublish_at")}>
          <Moment at={unpublish_at} />
        </Fact>
      )}
      {product.attributes.map((attribute) => {
        const { value, unit, currency } = typedAttribute(attribute);
        return (
          <Fact key={attribute.key} name={attribute.labels?.[locale] ?? attribute.key}>
            {`${value} ${unit}${currency}`.trim()}
          </Fact>
        );
      })}
    </Facts>
  );
}
