import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { Transfer } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useEffect, useRef } from "react";
import { useParams } from "react-router-dom";
import { ApiError } from "../../api/calls.ts";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Moment, Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { isOpen, lookAgainMs } from "./progress.ts";
import { Progress } from "./progress-bar.tsx";
import { Report } from "./report.tsx";
import { cancelTransfer, readTransfer, runImport } from "./requests.ts";
import { Sums } from "./sums.tsx";

/** One import or export: how far it is, what it would do or did, and what staff decide. */
export default function TransferPage() {
  const { id = "" } = useParams();
  const looks = useRef(0);
  const { data, error, fetchStatus, refetch } = useRead(["transfers", "one", id], () => readTransfer(id), {
    refetchInterval: ({ state }) => {
      if (state.data === undefined || !isOpen(state.data)) return false;
      looks.current += 1;
      return lookAgainMs(looks.current);
    },
  });
  const state = data?.state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: in another state it may be quick again
  useEffect(() => {
    looks.current = 0;
  }, [state]);
  const isLost = fetchStatus === "paused" || (error instanceof ApiError && error.isAway);
  if (error !== null && !(isLost && data !== undefined)) {
    return <Problem error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Waiting />;
  return <Shown isLost={isLost} transfer={data} />;
}

function Shown({ transfer, isLost }: { transfer: Transfer; isLost: boolean }) {
  const translate = useTranslate();
  const isImport = transfer.kind === "import";
  return (
    <>
      <PageHead
        actions={<Deeds transfer={transfer} />}
        back={{ to: "/transfers", label: translate("va.nav.transfers") }}
        below={
          <>
            {translate(`va.transfer.kinds.${transfer.kind}`)} · <Moment at={transfer.asked_at} />
          </>
        }
        beside={<Status label={translate(`va.transfer.states.${transfer.state}`)} value={transfer.state} />}
        title={transfer.file_name}
      />
      <Box sx={{ display: "grid", gap: 2.5 }}>
        {isLost && <Alert severity="warning">{translate("va.transfer.lost")}</Alert>}
        <Told transfer={transfer} />
        {isOpen(transfer) && <Progress transfer={transfer} />}
        {isImport && (
          <>
            <Section title={translate("va.transfer.sums")}>
              <Sums transfer={transfer} />
            </Section>
            <Report transfer={transfer} />
          </>
        )}
      </Box>
    </>
  );
}

/** What can be done about it now. */
function Deeds({ transfer }: { transfer: Transfer }) {
  const translate = useTranslate();
  const may = useMay();
  const client = useQueryClient();
  const onDone = (changed: Transfer) => {
    client.setQueryData(["transfers", "one", transfer.id], changed);
    void client.invalidateQueries({ queryKey: ["transfers", "getList"] });
  };
  const run = useDeed(runImport, { tells: true, onDone });
  const cancel = useDeed(cancelTransfer, { tells: true, onDone });
  const isReady = transfer.kind === "export" && transfer.state === "done" && transfer.file_until !== null;
  const changes = transfer.check.created + transfer.check.changed;
  const canStop = isOpen(transfer) || transfer.state === "checked";
  return (
    <>
      {canStop && may("catalogue.write") && (
        <Button
          disabled={cancel.isDoing || transfer.is_cancel_asked}
          onClick={() => cancel.act(transfer.id)}
          variant="outlined"
        >
          {translate(transfer.state === "checked" ? "va.transfer.drop_it" : "va.transfer.stop")}
        </Button>
      )}
      {transfer.state === "checked" && may("catalogue.write") && (
        <Button disabled={run.isDoing} onClick={() => run.act(transfer.id)} variant="contained">
          {changes > 0
            ? translate("va.transfer.run", { smart_count: changes })
            : translate("va.transfer.run_anyway")}
        </Button>
      )}
      {isReady && (
        <Button download href={`/api/v1/staff/transfers/${transfer.id}/file`} variant="contained">
          {translate("va.transfer.download")}
        </Button>
      )}
    </>
  );
}

/** What staff must know before they go on. */
function Told({ transfer }: { transfer: Transfer }) {
  const translate = useTranslate();
  const { failure, state, kind, step, file_until } = transfer;
  const row = failure?.row ?? null;
  if (failure !== null) {
    return (
      <Alert severity="error">
        {row !== null && `${translate("va.transfer.in_row", { row })}: `}
        {failure.detail}
      </Alert>
    );
  }
  return (
    <>
      {transfer.is_cancel_asked && <Alert severity="info">{translate("va.transfer.stopping")}</Alert>}
      {state === "checked" && <Alert severity="info">{translate("va.transfer.checked_lead")}</Alert>}
      {state === "canceled" && step !== "check" && (
        <Alert severity="warning">{translate("va.transfer.canceled_lead")}</Alert>
      )}
      {kind === "import" && !transfer.sets_stock && (
        <Alert severity="info">{translate("va.transfer.no_stock")}</Alert>
      )}
      {kind === "export" && state === "done" && file_until !== null && (
        <Alert severity="success">
          {translate("va.transfer.file_until")} <Moment at={file_until} />
        </Alert>
      )}
      {kind === "export" && file_until === null && (
        <Alert severity="info">{translate("va.transfer.file_gone")}</Alert>
      )}
    </>
  );
}
