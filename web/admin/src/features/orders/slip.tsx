import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import GlobalStyles from "@mui/material/GlobalStyles";
import { useTranslate } from "ra-core";
import { useParams } from "react-router-dom";
import { PageHead } from "../../shell/page-head.tsx";
import { Missing, Problem } from "../../shell/problems.tsx";
import { Below, type Column, Table } from "../../shell/table.tsx";
import { Code, Moment } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { useShop } from "../products/use-shop.ts";
import { Address } from "./beside.tsx";
import { type Packed, packed } from "./parcel.ts";
import { type OrderFile, useOrder } from "./use-order.ts";

/** On paper stands the slip alone, in black on white. */
const PAPER = {
  "@media print": {
    "aside, header, [data-screen-only]": { display: "none !important" },
    "html, body, main, main *": {
      backgroundColor: "#fff !important",
      color: "#000 !important",
      boxShadow: "none !important",
    },
    main: { padding: "0 !important", maxWidth: "none !important" },
    "[data-slip]": { border: "0 !important", maxWidth: "none !important" },
  },
  "@page": { margin: "16mm" },
} as const;

/** What is put into a parcel: no prices, for whoever packs and whoever unpacks. */
export default function SlipPage() {
  const { number = "", shipment = "" } = useParams();
  const { data: file, error, isPending, refetch } = useOrder(number);
  if (isPending) return <Waiting />;
  if (error !== null || file === undefined) return <Problem error={error} onRetry={() => void refetch()} />;
  return <Slip file={file} shipmentId={shipment} />;
}

function Slip({ file: { order, shipments }, shipmentId }: { file: OrderFile; shipmentId: string }) {
  const translate = useTranslate();
  const shop = useShop()?.name ?? "";
  const parcel = shipments.find((each) => each.id === shipmentId);
  if (parcel === undefined) return <Missing />;
  return (
    <>
      <GlobalStyles styles={PAPER} />
      <Box data-screen-only>
        <PageHead
          actions={
            <Button onClick={() => window.print()} variant="contained">
              {translate("va.parcel.print")}
            </Button>
          }
          back={{ to: `/orders/${order.number}`, label: order.number }}
          title={translate("va.parcel.slip")}
        />
      </Box>
      <Card data-slip sx={{ maxWidth: 760 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 4, p: 2 }}>
          <Box sx={{ flex: "1 1 220px" }}>
            <Box sx={{ fontSize: 13, color: "text.secondary" }}>{translate("va.order.ships_to")}</Box>
            {order.shipping_address !== null && <Address value={order.shipping_address} />}
          </Box>
          <Box sx={{ flex: "1 1 220px" }}>
            <div>{shop}</div>
            <Box sx={{ fontSize: 20, fontWeight: 700 }}>{order.number}</Box>
            <div>
              {translate("va.order.placed")} <Moment at={order.placed_at} />
            </div>
            <div>
              {translate("va.parcel.packed")} <Moment at={parcel.shipped_at} />
            </div>
            <div>
              {[parcel.carrier_name, parcel.tracking_number].filter((text) => text !== "").join(" · ")}
            </div>
          </Box>
        </Box>
        <Contents lines={packed(order, parcel.units)} />
        {order.note !== "" && (
          <Box sx={{ p: 2, whiteSpace: "pre-wrap" }}>
            <strong>{translate("va.order.note")}:</strong> {order.note}
          </Box>
        )}
      </Card>
    </>
  );
}

function Contents({ lines }: { lines: readonly Packed[] }) {
  const translate = useTranslate();
  const columns: readonly Column<Packed>[] = [
    {
      name: "product",
      title: translate("va.line.product"),
      cell: (line) => (
        <>
          {line.title}
          {line.variant !== "" && <Below>{line.variant}</Below>}
        </>
      ),
    },
    { name: "sku", title: translate("va.line.sku"), cell: (line) => <Code>{line.sku}</Code> },
    { name: "quantity", title: translate("va.line.quantity"), numeric: true, cell: (line) => line.quantity },
  ];
  return (
    <Table
      caption={translate("va.parcel.contents")}
      columns={columns}
      keyOf={(line) => String(line.position)}
      rows={lines}
    />
  );
}
