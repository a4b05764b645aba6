import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Transfer, TransferLine, TransferStep } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useSessionCheck } from "../../api/use-read.ts";
import { ProblemCard } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Below, type Column, Empty, Table } from "../../shell/table.tsx";
import { asWords, Code, Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { type Outcome, readLines } from "./requests.ts";

const OUTCOMES = ["refused", "created", "changed", "unchanged"] as const;

/** What becomes, or became, of every product of the file. */
export function Report({ transfer }: { transfer: Transfer }) {
  const translate = useTranslate();
  const [chosen, setChosen] = useState<TransferStep | null>(null);
  const [outcome, setOutcome] = useState<Outcome | "">("");
  const steps = stepsOf(transfer);
  const step = chosen ?? steps[steps.length - 1] ?? "check";
  const field = (label: string, value: string, onValue: (value: string) => void, choices: string[][]) => (
    <TextField
      label={label}
      onChange={(event) => onValue(event.target.value)}
      select
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ width: { xs: "calc(50% - 6px)", sm: 220 } }}
      value={value}
    >
      {choices.map(([name = "", words]) => (
        <MenuItem key={name} value={name}>
          {words}
        </MenuItem>
      ))}
    </TextField>
  );
  return (
    <Section title={translate("va.transfer.report")}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, px: 2, pt: 1, pb: 2 }}>
        {steps.length > 1 &&
          field(
            translate("va.transfer.of"),
            step,
            (value) => setChosen(value as TransferStep),
            steps.map((each) => [each, translate(`va.transfer.reports.${each}`)]),
          )}
        {step !== "pictures" &&
          field(translate("va.transfer.outcome"), outcome, (value) => setOutcome(value as Outcome | ""), [
            ["", translate("va.list.all")],
            ...OUTCOMES.map((each) => [each, translate(`va.transfer.sum.${each}`)]),
          ])}
      </Box>
      <Lines outcome={step === "pictures" ? "" : outcome} step={step} transfer={transfer} />
    </Section>
  );
}

/** Return the reports there are. */
function stepsOf({ step, result }: Transfer): TransferStep[] {
  if (step === "check") return ["check"];
  return result.pictures_failed > 0 ? ["check", "pictures", "write"] : ["check", "write"];
}

interface LinesProps {
  readonly transfer: Transfer;
  readonly step: TransferStep;
  readonly outcome: Outcome | "";
}

function Lines({ transfer, step, outcome }: LinesProps) {
  const translate = useTranslate();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery({
      // What it is at is part of the name: the report grows with it.
      queryKey: ["transfers", "lines", transfer.id, step, outcome, transfer.state, transfer.step],
      initialPageParam: null as string | null,
      queryFn: ({ pageParam }) => readLines(transfer.id, step, outcome, pageParam),
      getNextPageParam: (page) => page.next_cursor,
    });
  useSessionCheck(error);
  if (isPending) return <Waiting />;
  if (error !== null) return <ProblemCard error={error} onRetry={() => void refetch()} />;
  const lines = data.pages.flatMap((page) => page.items);
  const columns: readonly Column<TransferLine>[] = [
    {
      name: "handle",
      title: translate("va.line.product"),
      cell: (line) => (
        <>
          <Code>{line.handle}</Code>
          {step !== "pictures" && <Below>{translate("va.transfer.in_row", { row: line.row })}</Below>}
        </>
      ),
    },
    {
      name: "outcome",
      title: translate("va.transfer.outcome"),
      cell: (line) => (
        <Status label={translate(`va.transfer.outcomes.${line.outcome}`)} value={line.outcome} />
      ),
    },
    {
      name: "why",
      title: translate("va.transfer.why"),
      cell: (line) => (
        <Box component="span" sx={{ overflowWrap: "anywhere" }}>
          {line.reason || line.changed.map(asWords).join(", ")}
          {line.column !== "" && <Below>{translate("va.transfer.in_column", { column: line.column })}</Below>}
        </Box>
      ),
    },
  ];
  if (lines.length === 0) {
    return <Empty>{translate(outcome === "" ? "va.transfer.no_lines" : "va.list.nothing_fits")}</Empty>;
  }
  return (
    <>
      <Table
        caption={translate("va.transfer.report")}
        columns={columns}
        keyOf={(line) => String(line.row)}
        rows={lines}
      />
      {hasNextPage && (
        <Box sx={{ p: 2, textAlign: "center" }}>
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()} variant="outlined">
            {translate("va.transfer.more")}
          </Button>
        </Box>
      )}
    </>
  );
}
