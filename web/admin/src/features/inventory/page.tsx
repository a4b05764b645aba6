import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { StockMove, StockRow } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useParams } from "react-router-dom";
import { ask } from "../../api/calls.ts";
import { api } from "../../api/session.ts";
import { useRead, useSessionCheck } from "../../api/use-read.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { type Column, Empty, Table } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";

const MOVES = 50;

/** Read what is on the shelf now; null when nothing of it was ever counted. */
async function readShelf(sku: string): Promise<StockRow | null> {
  const query = { q: sku, limit: 1 };
  const { items } = await ask(() => api.GET("/api/v1/staff/inventory", { params: { query } }));
  return items.find((row) => row.sku === sku) ?? null;
}

function Shelf({ row }: { row: StockRow }) {
  const translate = useTranslate();
  const figures = [
    `${translate("va.stock.on_hand")}: ${row.on_hand}`,
    `${translate("va.stock.reserved")}: ${row.reserved}`,
    `${translate("va.goods.available")}: ${row.available}`,
  ];
  return (
    <Box sx={{ color: "text.primary", mb: 0.5 }}>
      {[row.title, row.variant_title].filter(Boolean).join(", ") || translate("va.stock.no_product")}
      <br />
      {figures.join(" · ")}
    </Box>
  );
}

/** The journal of one SKU, newest first. It is never edited. */
export default function StockPage() {
  const translate = useTranslate();
  const { sku = "" } = useParams();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["inventory", "moves", sku],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam: before }) =>
      ask(() =>
        api.GET("/api/v1/staff/inventory/moves", {
          params: { query: { sku, limit: MOVES, ...(before === null ? {} : { before }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_before,
  });
  useSessionCheck(error);
  const shelf = useRead(["inventory", "shelf", sku], () => readShelf(sku));
  if (isPending || shelf.isPending) return <Waiting />;
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  const moves = data.pages.flatMap((page) => page.items);
  const columns: readonly Column<StockMove>[] = [
    { name: "at", title: translate("va.delivery.when"), cell: (move) => <Moment at={move.at} /> },
    {
      name: "quantity",
      title: translate("va.line.quantity"),
      numeric: true,
      cell: (move) => (move.quantity > 0 ? `+${move.quantity}` : move.quantity),
    },
    {
      name: "reason",
      title: translate("va.stock.reason"),
      cell: (move) => translate(`va.stock.reasons.${move.reason}`, { _: move.reason }),
    },
    { name: "note", title: translate("va.stock.note"), cell: (move) => move.note || "–" },
  ];
  return (
    <>
      <PageHead
        back={{ to: "/inventory", label: translate("va.nav.inventory") }}
        below={
          <>
            {shelf.data && <Shelf row={shelf.data} />}
            {translate("va.stock.journal_lead")}
          </>
        }
        title={sku}
      />
      <Card>
        {moves.length > 0 ? (
          <Table
            caption={translate("va.stock.journal")}
            columns={columns}
            keyOf={(move) => String(move.position)}
            rows={moves}
          />
        ) : (
          <Empty>{translate("va.stock.no_moves")}</Empty>
        )}
      </Card>
      {hasNextPage && (
        <Button onClick={() => void fetchNextPage()} sx={{ mt: 2 }} variant="outlined">
          {translate("va.list.after")}
        </Button>
      )}
    </>
  );
}
