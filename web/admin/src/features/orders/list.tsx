import Link from "@mui/material/Link";
import type { StaffOrderRow } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Link as RouterLink } from "react-router-dom";
import { ChoiceFilter, Filters, WordsFilter } from "../../shell/filters.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Amount, Moment, Status } from "../../shell/values.tsx";

const STATUSES = [
  "pending_payment",
  "paid",
  "review",
  "partially_refunded",
  "refunded",
  "canceling",
  "canceled",
  "expired",
] as const;

/** All orders, newest first. */
export default function OrderList() {
  const translate = useTranslate();
  const columns: readonly Column<StaffOrderRow>[] = [
    {
      name: "number",
      title: translate("va.order.number"),
      cell: (order) => (
        <Link
          component={RouterLink}
          sx={{ fontWeight: 600, whiteSpace: "nowrap" }}
          to={`/orders/${order.number}`}
        >
          {order.number}
        </Link>
      ),
    },
    {
      name: "placed_at",
      title: translate("va.order.placed"),
      cell: (order) => <Moment at={order.placed_at} />,
      wideOnly: true,
    },
    { name: "email", title: translate("va.order.customer"), cell: (order) => order.email, wideOnly: true },
    { name: "status", title: translate("va.order.status"), cell: (order) => <Status value={order.status} /> },
    {
      name: "total",
      title: translate("va.order.total"),
      numeric: true,
      cell: (order) => (
        <>
          <Amount value={order.total} />
          {order.refunded_total.minor_units > 0 && (
            <Below>
              <Amount negative value={order.refunded_total} />
            </Below>
          )}
        </>
      ),
    },
  ];
  return (
    <RecordList<StaffOrderRow>
      caption={translate("va.nav.orders")}
      columns={columns}
      empty={translate("va.order.none")}
      filters={
        <Filters>
          <WordsFilter label={translate("va.order.find")} />
          <ChoiceFilter
            choices={STATUSES.map((value) => ({ value, label: translate(`va.status.${value}`) }))}
            label={translate("va.order.status")}
            source="status"
          />
        </Filters>
      }
      head={<PageHead title={translate("va.nav.orders")} />}
      resource="orders"
    />
  );
}
