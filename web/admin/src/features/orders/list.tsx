import Link from "@mui/material/Link";
import type { StaffOrderRow } from "@vivamarket/api-client";
import { useListContext, useTranslate } from "ra-core";
import { Link as RouterLink } from "react-router-dom";
import {
  AmountFilter,
  ChoiceFilter,
  DayFilter,
  Filters,
  MoreFilters,
  WordsFilter,
} from "../../shell/filters.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Amount, Moment, Status } from "../../shell/values.tsx";
import { useShop } from "../products/use-shop.ts";

const STATUSES = [
  "pending_payment",
  "authorized",
  "paid",
  "review",
  "partially_refunded",
  "refunded",
  "canceling",
  "canceled",
  "expired",
] as const;

const FULFILLMENTS = ["unfulfilled", "partially_fulfilled", "fulfilled"] as const;
/** Of other orders nothing is or was to be sent. */
const SENDABLE: ReadonlySet<string> = new Set(["paid", "partially_refunded", "refunded"]);

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
    { name: "status", title: translate("va.order.status"), cell: (order) => <Standing order={order} /> },
    {
      name: "fulfillment",
      title: translate("va.order.fulfillment"),
      cell: (order) => (SENDABLE.has(order.status) ? <Status value={order.fulfillment} /> : null),
      wideOnly: true,
    },
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
          <ChoiceFilter
            choices={FULFILLMENTS.map((value) => ({ value, label: translate(`va.status.${value}`) }))}
            label={translate("va.order.fulfillment")}
            source="fulfillment"
          />
          <MoreFilters sources={MORE}>
            <DayFilter label={translate("va.order.placed_from")} source="placed_from" />
            <DayFilter label={translate("va.order.placed_to")} source="placed_to" />
            <Totals />
          </MoreFilters>
        </Filters>
      }
      head={<PageHead title={translate("va.nav.orders")} />}
      resource="orders"
    />
  );
}

/** Where the order stands, and until when money is held that waits to be captured. */
function Standing({ order }: { order: StaffOrderRow }) {
  const translate = useTranslate();
  return (
    <>
      <Status value={order.status} />
      {order.held_until !== null && (
        <Below>
          {translate("va.order.capture.until")} <Moment at={order.held_until} />
        </Below>
      )}
    </>
  );
}

const MORE = ["placed_from", "placed_to", "currency", "total_min", "total_max", "sort"];

/** Totals are compared in one currency, so that comes first. */
function Totals() {
  const translate = useTranslate();
  const currencies = useShop()?.currencies ?? [];
  const { filterValues } = useListContext();
  const hasCurrency = typeof filterValues.currency === "string";
  const sorts = hasCurrency ? ["oldest", "total_desc", "total_asc"] : ["oldest"];
  return (
    <>
      <ChoiceFilter
        choices={currencies.map((code) => ({ value: code, label: code }))}
        label={translate("va.order.currency")}
        source="currency"
      />
      {hasCurrency && (
        <>
          <AmountFilter label={translate("va.order.total_min")} source="total_min" />
          <AmountFilter label={translate("va.order.total_max")} source="total_max" />
        </>
      )}
      <ChoiceFilter
        choices={sorts.map((value) => ({ value, label: translate(`va.order.sort_${value}`) }))}
        label={translate("va.order.sort")}
        none={translate("va.order.sort_newest")}
        source="sort"
      />
    </>
  );
}
