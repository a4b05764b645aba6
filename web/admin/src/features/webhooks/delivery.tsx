import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MuiLink from "@mui/material/Link";
import type { Attempt, Delivery } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Link, useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Fact, Facts, Section } from "../../shell/section.tsx";
import { type Column, Empty, Table } from "../../shell/table.tsx";
import { Code, Moment, Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { readDelivery, replayDelivery } from "./requests.ts";

const LOOK_AGAIN_MS = 2_000;
const QUICK_LOOKS_MAX = 30;

/** One event for one endpoint: what was sent, what came back, and sending it again. */
export default function DeliveryPage() {
  const { id = "" } = useParams();
  const { data, error, isPending, refetch } = useRead(["delivery", id], () => readDelivery(id), {
    refetchInterval: ({ state }) =>
      state.data?.delivery.status === "pending" && state.dataUpdateCount < QUICK_LOOKS_MAX
        ? LOOK_AGAIN_MS
        : false,
  });
  if (isPending) return <Waiting />;
  if (error !== null || data === undefined) return <Problem error={error} onRetry={() => void refetch()} />;
  return <DeliveryDetails body={data.body} delivery={data.delivery} onReplayed={() => void refetch()} />;
}

interface DetailsProps {
  readonly delivery: Delivery;
  readonly body: string;
  readonly onReplayed: () => void;
}

function DeliveryDetails({ delivery, body, onReplayed }: DetailsProps) {
  const translate = useTranslate();
  const isPending = delivery.status === "pending";
  const replay = useDeed(() => replayDelivery(delivery.id), {
    done: "va.delivery.sent",
    tells: true,
    onDone: onReplayed,
  });
  const again = (
    <Button disabled={replay.isDoing} onClick={() => replay.act(undefined)} variant="contained">
      {translate(isPending ? "va.delivery.send_now" : "va.delivery.send_again")}
    </Button>
  );
  return (
    <>
      <PageHead
        actions={again}
        back={{ to: `/webhooks/${delivery.endpoint_id}`, label: translate("va.webhook.endpoint") }}
        beside={<Status value={delivery.status} />}
        title={delivery.event_type}
      />
      <Box sx={{ display: "grid", gap: 2.5 }}>
        <Section title={translate("va.delivery.about")}>
          <Facts>
            <Fact name={translate("va.delivery.to")}>
              <MuiLink component={Link} to={`/webhooks/${delivery.endpoint_id}`}>
                {delivery.url}
              </MuiLink>
            </Fact>
            <Fact name="webhook-id">
              <Code>{delivery.id}</Code>
            </Fact>
            <Fact name={translate("va.delivery.made")}>
              <Moment at={delivery.created_at} />
            </Fact>
            {isPending && delivery.due_at !== null && (
              <Fact name={translate("va.delivery.next")}>
                <Moment at={delivery.due_at} />
              </Fact>
            )}
          </Facts>
        </Section>
        <Attempts delivery={delivery} />
        <Section title={translate("va.delivery.body")}>
          <Box
            aria-label={translate("va.delivery.body")}
            component="pre"
            role="group"
            sx={{ m: 0, px: 2, pb: 2, overflowX: "auto", fontSize: 13 }}
            tabIndex={0}
          >
            {readable(body)}
          </Box>
        </Section>
      </Box>
    </>
  );
}

function Attempts({ delivery }: { delivery: Delivery }) {
  const translate = useTranslate();
  const columns: readonly Column<Attempt>[] = [
    { name: "number", title: translate("va.payment.attempt"), cell: (attempt) => attempt.number },
    { name: "at", title: translate("va.delivery.when"), cell: (attempt) => <Moment at={attempt.at} /> },
    {
      name: "status",
      title: translate("va.order.status"),
      cell: (attempt) => attempt.status_code ?? translate("va.delivery.no_answer"),
    },
    {
      name: "took",
      title: translate("va.delivery.duration"),
      numeric: true,
      wideOnly: true,
      cell: (attempt) => translate("va.delivery.took", { ms: attempt.milliseconds }),
    },
    {
      name: "answer",
      title: translate("va.delivery.answer"),
      cell: (attempt) => <Code>{attempt.error || attempt.answer || "–"}</Code>,
    },
  ];
  return (
    <Section title={translate("va.delivery.attempts")}>
      {delivery.log.length > 0 ? (
        <Table
          caption={translate("va.delivery.attempts")}
          columns={columns}
          keyOf={(attempt) => String(attempt.number)}
          rows={delivery.log}
        />
      ) : (
        <Empty>{translate("va.delivery.not_tried")}</Empty>
      )}
    </Section>
  );
}

/** Show JSON line by line; anything else as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
