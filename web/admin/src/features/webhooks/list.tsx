import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MuiLink from "@mui/material/Link";
import type { Endpoint } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Section } from "../../shell/section.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Status } from "../../shell/values.tsx";
import { Deliveries } from "./deliveries.tsx";

/** Systems that hear of orders, and the log of what they were told. */
export default function WebhookList() {
  const translate = useTranslate();
  const may = useMay();
  const columns: readonly Column<Endpoint>[] = [
    {
      name: "url",
      title: translate("va.webhook.endpoint"),
      cell: (endpoint) => (
        <>
          <MuiLink
            component={Link}
            sx={{ fontWeight: 600, overflowWrap: "anywhere" }}
            to={`/webhooks/${endpoint.id}`}
          >
            {endpoint.url}
          </MuiLink>
          {endpoint.description !== "" && <Below>{endpoint.description}</Below>}
        </>
      ),
    },
    {
      name: "status",
      title: translate("va.order.status"),
      cell: (endpoint) => (
        <>
          <Status value={endpoint.status} />
          {endpoint.status_reason !== "" && <Below>{endpoint.status_reason}</Below>}
        </>
      ),
    },
    {
      name: "events",
      title: translate("va.webhook.events"),
      wideOnly: true,
      cell: (endpoint) => endpoint.event_types.join(", "),
    },
  ];
  const add = may("webhooks.write") && (
    <Button component={Link} to="/webhooks/new" variant="contained">
      {translate("va.webhook.add")}
    </Button>
  );
  return (
    <>
      <PageHead actions={add} below={translate("va.webhook.lead")} title={translate("va.nav.webhooks")} />
      <Box sx={{ display: "grid", gap: 2.5 }}>
        <Section title={translate("va.webhook.endpoints")}>
          <RecordList<Endpoint>
            caption={translate("va.webhook.endpoints")}
            columns={columns}
            empty={translate("va.webhook.none")}
            inside
            resource="webhooks"
          />
        </Section>
        <Deliveries />
      </Box>
    </>
  );
}
