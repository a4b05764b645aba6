import Link from "@mui/material/Link";
import type { ReturnRow } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Link as RouterLink } from "react-router-dom";
import { ChoiceFilter, Filters } from "../../shell/filters.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import type { Column } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";
import { ReturnState } from "./state.tsx";

const STATUSES = [
  "requested",
  "approved",
  "received",
  "refunded",
  "unrefunded",
  "refused",
  "withdrawn",
] as const;

/** Every return, newest first; each is answered on the page of its order. */
export default function ReturnList() {
  const translate = useTranslate();
  const columns: readonly Column<ReturnRow>[] = [
    {
      name: "order",
      title: translate("va.order.number"),
      cell: (row) => (
        <Link
          component={RouterLink}
          sx={{ fontWeight: 600, whiteSpace: "nowrap" }}
          to={`/orders/${row.order_number}`}
        >
          {row.order_number}
        </Link>
      ),
    },
    {
      name: "reason",
      title: translate("va.return.reason"),
      wideOnly: true,
      cell: (row) => translate(`va.return.reasons.${row.reason}`),
    },
    { name: "units", title: translate("va.return.units"), numeric: true, cell: (row) => row.units },
    {
      name: "status",
      title: translate("va.order.status"),
      cell: (row) => <ReturnState value={row.status} />,
    },
    {
      name: "requested_at",
      title: translate("va.return.requested_at"),
      wideOnly: true,
      cell: (row) => <Moment at={row.requested_at} />,
    },
  ];
  return (
    <RecordList<ReturnRow>
      caption={translate("va.nav.returns")}
      columns={columns}
      empty={translate("va.return.none")}
      filters={
        <Filters>
          <ChoiceFilter
            choices={STATUSES.map((value) => ({ value, label: translate(`va.return.status.${value}`) }))}
            label={translate("va.order.status")}
            source="status"
          />
        </Filters>
      }
      head={<PageHead title={translate("va.nav.returns")} />}
      resource="returns"
    />
  );
}
