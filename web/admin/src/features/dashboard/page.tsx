import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import MuiLink from "@mui/material/Link";
import type { Dashboard, StuckPayment, TopProduct } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { ask } from "../../api/calls.ts";
import { api } from "../../api/session.ts";
import { useRead } from "../../api/use-read.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Below, type Column, Empty, Table } from "../../shell/table.tsx";
import { Amount, Code, Moment, Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { Days } from "./days.tsx";
import { Today } from "./today.tsx";

const LOOK_AGAIN_MS = 60_000;

/** How the shop is doing today, and what wants somebody's attention. */
export default function DashboardPage() {
  const translate = useTranslate();
  const locale = useLocale();
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { data, error, isPending, refetch } = useRead(
    ["dashboard", time_zone, locale],
    () => ask(() => api.GET("/api/v1/staff/dashboard", { params: { query: { time_zone, locale } } })),
    { refetchInterval: LOOK_AGAIN_MS },
  );
  if (isPending) return <Waiting />;
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead below={translate("va.dashboard.lead")} title={translate("va.nav.dashboard")} />
      <Attention figures={data} />
      <ToCapture orders={data.orders_to_capture} />
      <Box sx={{ display: "grid", gap: 2.5 }}>
        <Today figures={data} />
        <Section title={translate("va.dashboard.days")}>
          <Days days={data.days} />
        </Section>
        <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { md: "1fr 1fr" }, alignItems: "start" }}>
          <TopProducts products={data.top_products} />
          <SoldOut figures={data} />
        </Box>
        {data.stuck_payments.length > 0 && <StuckPayments figures={data} />}
      </Box>
    </>
  );
}

/** Orders whose money does not fit wait for a person. */
function Attention({ figures }: { figures: Dashboard }) {
  const translate = useTranslate();
  const numbers = figures.orders_in_review;
  if (numbers.length === 0) return null;
  return (
    <Alert severity="warning" sx={{ mb: 2.5 }}>
      {translate("va.dashboard.in_review")}{" "}
      {numbers.map((number) => (
        <MuiLink component={Link} key={number} sx={{ mr: 1 }} to={`/orders/${number}`}>
          {number}
        </MuiLink>
      ))}
    </Alert>
  );
}

/** Money that is held is let go when nobody takes it in time. */
function ToCapture({ orders }: { orders: Dashboard["orders_to_capture"] }) {
  const translate = useTranslate();
  if (orders.length === 0) return null;
  return (
    <Alert severity="info" sx={{ mb: 2.5 }}>
      {translate("va.dashboard.to_capture")}
      <Box component="ul" sx={{ listStyle: "none", m: 0, mt: 0.5, p: 0, display: "grid", gap: 0.5 }}>
        {orders.map((order) => (
          <li key={order.number}>
            <MuiLink component={Link} to={`/orders/${order.number}`}>
              {order.number}
            </MuiLink>{" "}
            <Amount value={order.total} /> · {translate("va.order.capture.until")}{" "}
            <Moment at={order.held_until} />
          </li>
        ))}
      </Box>
    </Alert>
  );
}

function TopProducts({ products }: { products: readonly TopProduct[] }) {
  const translate = useTranslate();
  const columns: readonly Column<TopProduct>[] = [
    {
      name: "title",
      title: translate("va.line.product"),
      cell: (product) => product.title || <Code>{product.product_id}</Code>,
    },
    {
      name: "quantity",
      title: translate("va.line.quantity"),
      numeric: true,
      cell: (product) => product.quantity,
    },
    {
      name: "total",
      title: translate("va.line.total"),
      numeric: true,
      cell: (product) =>
        product.totals.map((total) => (
          <div key={total.currency}>
            <Amount value={total} />
          </div>
        )),
    },
  ];
  return (
    <Section title={translate("va.dashboard.top")}>
      {products.length > 0 ? (
        <Table
          caption={translate("va.dashboard.top")}
          columns={columns}
          keyOf={(product) => product.product_id}
          rows={products}
        />
      ) : (
        <Empty>{translate("va.dashboard.nothing_sold")}</Empty>
      )}
    </Section>
  );
}

function SoldOut({ figures }: { figures: Dashboard }) {
  const translate = useTranslate();
  return (
    <Section title={translate("va.dashboard.sold_out", { count: figures.sold_out_count })}>
      {figures.sold_out.length > 0 ? (
        <Box component="ul" sx={{ listStyle: "none", m: 0, px: 2, pb: 2, display: "grid", gap: 1 }}>
          {figures.sold_out.map((row) => (
            <li key={row.sku}>
              <MuiLink component={Link} to={`/inventory/${encodeURIComponent(row.sku)}`}>
                {[row.title, row.variant_title].filter(Boolean).join(", ") || row.sku}
              </MuiLink>{" "}
              <Code>{row.sku}</Code>
              {row.waiting > 0 && (
                <Below>{translate("va.dashboard.waiting", { smart_count: row.waiting })}</Below>
              )}
            </li>
          ))}
        </Box>
      ) : (
        <Empty>{translate("va.dashboard.none_sold_out")}</Empty>
      )}
    </Section>
  );
}

function StuckPayments({ figures }: { figures: Dashboard }) {
  const translate = useTranslate();
  const title = translate("va.dashboard.stuck", { count: figures.stuck_payments_count });
  const columns: readonly Column<StuckPayment>[] = [
    {
      name: "number",
      title: translate("va.order.number"),
      cell: (payment) => (
        <MuiLink component={Link} to={`/orders/${payment.number}`}>
          {payment.number}
        </MuiLink>
      ),
    },
    {
      name: "status",
      title: translate("va.order.status"),
      cell: (payment) => <Status value={payment.status} />,
    },
    {
      name: "begun",
      title: translate("va.dashboard.since"),
      wideOnly: true,
      cell: (payment) => <Moment at={payment.begun_at} />,
    },
    {
      name: "amount",
      title: translate("va.refund.amount"),
      numeric: true,
      cell: (payment) => <Amount value={payment.amount} />,
    },
  ];
  return (
    <Section title={title}>
      <Table
        caption={title}
        columns={columns}
        keyOf={(payment) => payment.payment_id}
        rows={figures.stuck_payments}
      />
    </Section>
  );
}
