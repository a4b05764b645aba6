import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MuiLink from "@mui/material/Link";
import type { StaffProductRow } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { ChoiceFilter, Filters, WordsFilter } from "../../shell/filters.tsx";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Amount, Moment, Status } from "../../shell/values.tsx";
import { BulkBar, Choose } from "./bulk.tsx";
import { Thumbnail } from "./thumbnail.tsx";

const STATUSES = ["draft", "active", "archived"] as const;
const STOCKS = ["in_stock", "sold_out"] as const;
const SORTS = ["newest", "name", "price_asc", "price_desc"] as const;

/** Every product, drafts and archived ones too. */
export default function ProductList() {
  const translate = useTranslate();
  const may = useMay();
  const columns: readonly Column<StaffProductRow>[] = [
    {
      name: "title",
      title: translate("va.line.product"),
      cell: (product) => (
        <Box sx={{ display: "flex", alignItems: "center", gap: { xs: 0.75, md: 1.5 } }}>
          <Choose id={product.id} title={product.title} />
          <Thumbnail image={product.image} />
          <Box>
            <MuiLink component={Link} sx={{ fontWeight: 600 }} to={`/products/${product.id}`}>
              {product.title}
            </MuiLink>
            {product.vendor !== "" && <Below>{product.vendor}</Below>}
          </Box>
        </Box>
      ),
    },
    {
      name: "status",
      title: translate("va.order.status"),
      cell: (product) => <Status value={product.status} />,
    },
    {
      name: "price",
      title: translate("va.line.price"),
      numeric: true,
      wideOnly: true,
      cell: ({ price_min, price_max }) => {
        if (price_min === null) return "–";
        const isRange = price_max !== null && price_max.minor_units !== price_min.minor_units;
        return (
          <>
            <Amount value={price_min} />
            {isRange && (
              <>
                {" – "}
                <Amount value={price_max} />
              </>
            )}
          </>
        );
      },
    },
    {
      name: "available",
      title: translate("va.goods.available"),
      numeric: true,
      cell: (product) => product.available ?? translate("va.product.not_counted"),
    },
    {
      name: "variants",
      title: translate("va.product.variants"),
      numeric: true,
      wideOnly: true,
      cell: (product) => product.variants_count,
    },
    {
      name: "updated",
      title: translate("va.payment.changed"),
      wideOnly: true,
      cell: (product) => <Moment at={product.updated_at} />,
    },
  ];
  const choices = (values: readonly string[], group: string) =>
    values.map((value) => ({ value, label: translate(`va.${group}.${value}`) }));
  return (
    <RecordList<StaffProductRow>
      caption={translate("va.nav.products")}
      columns={columns}
      empty={translate("va.product.none")}
      filters={
        <>
          <Filters>
            <WordsFilter label={translate("va.product.find")} />
            <ChoiceFilter
              choices={choices(STATUSES, "status")}
              label={translate("va.order.status")}
              source="status"
            />
            <ChoiceFilter
              choices={choices(STOCKS, "product.stocks")}
              label={translate("va.goods.title")}
              source="stock"
            />
            <ChoiceFilter
              choices={choices(SORTS, "product.sorts")}
              label={translate("va.product.order")}
              none={translate("va.product.sorts.relevance")}
              source="sort"
            />
          </Filters>
          <BulkBar />
        </>
      }
      head={
        <PageHead
          actions={
            may("catalogue.write") && (
              <Button component={Link} to="/products/new" variant="contained">
                {translate("va.product.add")}
              </Button>
            )
          }
          title={translate("va.nav.products")}
        />
      }
      resource="products"
    />
  );
}
