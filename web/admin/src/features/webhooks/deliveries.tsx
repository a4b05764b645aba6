import Box from "@mui/material/Box";
import MuiLink from "@mui/material/Link";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import type { Delivery } from "@vivamarket/api-client";
import { useListContext, useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { RecordList } from "../../shell/record-list.tsx";
import { Section } from "../../shell/section.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Moment, Status } from "../../shell/values.tsx";

const STATUSES = ["pending", "succeeded", "dead"] as const;
const ALL = "all";

/** The log of deliveries, of one endpoint or of all. */
export function Deliveries({ endpointId }: { endpointId?: string }) {
  const translate = useTranslate();
  const columns: readonly Column<Delivery>[] = [
    {
      name: "event",
      title: translate("va.delivery.event"),
      cell: (delivery) => (
        <MuiLink component={Link} sx={{ fontWeight: 600 }} to={`/deliveries/${delivery.id}`}>
          {delivery.event_type}
        </MuiLink>
      ),
    },
    {
      name: "status",
      title: translate("va.order.status"),
      cell: (delivery) => <Status value={delivery.status} />,
    },
    {
      name: "made",
      title: translate("va.delivery.made"),
      wideOnly: true,
      cell: (delivery) => <Moment at={delivery.created_at} />,
    },
    {
      name: "answer",
      title: translate("va.delivery.last_answer"),
      wideOnly: true,
      cell: ({ log: [last] }) =>
        last === undefined ? (
          "–"
        ) : (
          <>
            {last.status_code ?? last.error}
            <Below>{translate("va.delivery.took", { ms: last.milliseconds })}</Below>
          </>
        ),
    },
    {
      name: "attempts",
      title: translate("va.delivery.attempts"),
      numeric: true,
      cell: (delivery) => delivery.attempts,
    },
  ];
  return (
    <Section title={translate("va.delivery.title")}>
      <RecordList<Delivery>
        caption={translate("va.delivery.title")}
        columns={columns}
        empty={translate("va.delivery.none")}
        filters={<StatusFilter />}
        inside
        resource="deliveries"
        {...(endpointId === undefined ? {} : { fixed: { endpoint_id: endpointId } })}
      />
    </Section>
  );
}

function StatusFilter() {
  const translate = useTranslate();
  const { filterValues, setFilters } = useListContext();
  return (
    <Box sx={{ px: 2, pb: 1 }}>
      <ToggleButtonGroup
        aria-label={translate("va.delivery.which")}
        exclusive
        onChange={(_, chosen: string | null) =>
          setFilters(chosen === null || chosen === ALL ? {} : { status: chosen })
        }
        size="small"
        value={filterValues.status ?? ALL}
      >
        <ToggleButton value={ALL}>{translate("va.list.all")}</ToggleButton>
        {STATUSES.map((status) => (
          <ToggleButton key={status} value={status}>
            {translate(`va.status.${status}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Box>
  );
}
