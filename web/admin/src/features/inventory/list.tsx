import Button from "@mui/material/Button";
import MuiLink from "@mui/material/Link";
import type { StockRow } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { Link } from "react-router-dom";
import { ChoiceFilter, Filters, WordsFilter } from "../../shell/filters.tsx";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Code } from "../../shell/values.tsx";
import { Adjust } from "./adjust.tsx";

/** Up to how many are left counts as low; zero is sold out. */
const LOW_AVAILABLE = "5";
const SOLD_OUT = "0";

type Row = StockRow & { readonly id: string };

/** What is on the shelf, by SKU. */
export default function InventoryList() {
  const translate = useTranslate();
  const may = useMay();
  const [adjusted, setAdjusted] = useState<StockRow | null>(null);
  const columns: readonly Column<Row>[] = [
    {
      name: "sku",
      title: translate("va.line.sku"),
      cell: (row) => (
        <>
          <MuiLink component={Link} to={`/inventory/${encodeURIComponent(row.sku)}`}>
            <Code>{row.sku}</Code>
          </MuiLink>
          <Below>
            {[row.title, row.variant_title].filter(Boolean).join(", ") || translate("va.stock.no_product")}
          </Below>
        </>
      ),
    },
    {
      name: "on_hand",
      title: translate("va.stock.on_hand"),
      numeric: true,
      wideOnly: true,
      cell: (row) => row.on_hand,
    },
    {
      name: "reserved",
      title: translate("va.stock.reserved"),
      numeric: true,
      wideOnly: true,
      cell: (row) => row.reserved,
    },
    {
      name: "available",
      title: translate("va.goods.available"),
      numeric: true,
      cell: (row) => <strong>{row.available}</strong>,
    },
    {
      name: "waiting",
      title: translate("va.stock.waiting"),
      numeric: true,
      wideOnly: true,
      cell: (row) => (row.waiting > 0 ? row.waiting : "–"),
    },
    {
      name: "actions",
      title: translate("va.list.actions"),
      untitled: true,
      numeric: true,
      cell: (row) =>
        may("inventory.write") && (
          <Button
            aria-label={translate("va.stock.adjust_this", { sku: row.sku })}
            onClick={() => setAdjusted(row)}
            size="small"
            variant="outlined"
          >
            {translate("va.stock.adjust")}
          </Button>
        ),
    },
  ];
  const lows = [
    { value: LOW_AVAILABLE, label: translate("va.stock.low") },
    { value: SOLD_OUT, label: translate("va.stock.sold_out") },
  ];
  return (
    <>
      <RecordList<Row>
        caption={translate("va.nav.inventory")}
        columns={columns}
        empty={translate("va.stock.none")}
        filters={
          <Filters>
            <WordsFilter label={translate("va.stock.find")} />
            <ChoiceFilter choices={lows} label={translate("va.goods.title")} source="low" />
          </Filters>
        }
        head={<PageHead title={translate("va.nav.inventory")} />}
        resource="inventory"
      />
      {adjusted !== null && <Adjust key={adjusted.sku} onClose={() => setAdjusted(null)} row={adjusted} />}
    </>
  );
}
