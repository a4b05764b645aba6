import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { CurrencySums, Difference, Report } from "@vivamarket/api-client";
import { useGetList, useTranslate } from "ra-core";
import { changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { type Column, Empty, Table } from "../../shell/table.tsx";
import { Amount, Code, Moment, Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";

const LOOK_AGAIN_MS = 15_000;

function beginComparison(): Promise<unknown> {
  return changeOnce(["compare"], (header) =>
    api.POST("/api/v1/staff/reconciliation-reports", { params: { header } }),
  );
}

/** Comparisons of our account of all payments with the provider's. */
export default function ReportList() {
  const translate = useTranslate();
  const may = useMay();
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useGetList<Report>(
    "reconciliation",
    {},
    { refetchInterval: LOOK_AGAIN_MS },
  );
  const compare = useDeed(beginComparison, {
    done: "va.report.begun",
    tells: true,
    onDone: () => void client.invalidateQueries({ queryKey: ["reconciliation"] }),
  });
  if (isPending) return <Waiting />;
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  const [newest] = data ?? [];
  return (
    <>
      <PageHead
        actions={
          may("operations.write") && (
            <Button disabled={compare.isDoing} onClick={() => compare.act(undefined)} variant="contained">
              {translate("va.report.compare")}
            </Button>
          )
        }
        below={translate("va.report.lead")}
        title={translate("va.nav.reconciliation")}
      />
      {newest === undefined ? (
        <Empty>{translate("va.report.none")}</Empty>
      ) : (
        <Box sx={{ display: "grid", gap: 2.5 }}>
          <Newest report={newest} />
          <AllReports reports={data ?? []} />
        </Box>
      )}
    </>
  );
}

/** All is well, something is open, or it could not look at everything. */
function Verdict({ report }: { report: Report }) {
  const translate = useTranslate();
  if (report.open_count > 0) {
    return <Status label={translate("va.report.open", { smart_count: report.open_count })} value="open" />;
  }
  return <Status value={report.complete ? "agree" : "incomplete"} />;
}

function Newest({ report }: { report: Report }) {
  const translate = useTranslate();
  return (
    <Section actions={<Verdict report={report} />} title={translate("va.report.newest")}>
      <Box component="p" sx={{ m: 0, px: 2, pb: 1.5 }}>
        {translate("va.report.compared", { smart_count: report.compared_count })} <Moment at={report.since} />
        .{!report.complete && ` ${translate("va.report.more")}`}
      </Box>
      {report.sums.length > 0 && <SumsTable sums={report.sums} />}
      {report.differences.length > 0 && <Differences differences={report.differences} />}
    </Section>
  );
}

function SumsTable({ sums }: { sums: readonly CurrencySums[] }) {
  const translate = useTranslate();
  const columns: readonly Column<CurrencySums>[] = [
    { name: "currency", title: translate("va.report.currency"), cell: (sum) => sum.ours_captured.currency },
    {
      name: "oc",
      title: translate("va.report.ours_captured"),
      numeric: true,
      cell: (sum) => <Amount value={sum.ours_captured} />,
    },
    {
      name: "tc",
      title: translate("va.report.theirs_captured"),
      numeric: true,
      cell: (sum) => <Amount value={sum.theirs_captured} />,
    },
    {
      name: "or",
      title: translate("va.report.ours_refunded"),
      numeric: true,
      cell: (sum) => <Amount value={sum.ours_refunded} />,
    },
    {
      name: "tr",
      title: translate("va.report.theirs_refunded"),
      numeric: true,
      cell: (sum) => <Amount value={sum.theirs_refunded} />,
    },
  ];
  return (
    <Table
      caption={translate("va.report.sums")}
      columns={columns}
      keyOf={(sum) => sum.ours_captured.currency}
      rows={sums}
    />
  );
}

function Differences({ differences }: { differences: readonly Difference[] }) {
  const translate = useTranslate();
  const columns: readonly Column<Difference>[] = [
    {
      name: "kind",
      title: translate("va.report.kind"),
      cell: (each) => translate(`va.report.kinds.${each.kind}`),
    },
    { name: "payment", title: translate("va.report.payment"), cell: (each) => <Code>{nameOf(each)}</Code> },
    { name: "ours", title: translate("va.report.ours"), cell: (each) => each.ours },
    { name: "theirs", title: translate("va.report.theirs"), cell: (each) => each.theirs },
    {
      name: "now",
      title: translate("va.report.now"),
      cell: (each) => <Status value={each.settled ? "settled" : "open"} />,
    },
  ];
  return (
    <Table
      caption={translate("va.report.differences")}
      columns={columns}
      keyOf={(each) => `${each.kind} ${nameOf(each)}`}
      rows={differences}
    />
  );
}

function nameOf(difference: Difference): string {
  return difference.provider_payment_ref ?? difference.payment_id ?? "–";
}

function AllReports({ reports }: { reports: readonly Report[] }) {
  const translate = useTranslate();
  const columns: readonly Column<Report>[] = [
    { name: "ended", title: translate("va.report.ended"), cell: (report) => <Moment at={report.ended_at} /> },
    { name: "verdict", title: translate("va.order.status"), cell: (report) => <Verdict report={report} /> },
    {
      name: "compared",
      title: translate("va.report.payments"),
      numeric: true,
      wideOnly: true,
      cell: (report) => report.compared_count,
    },
    {
      name: "differences",
      title: translate("va.report.differences"),
      numeric: true,
      cell: (report) => Object.values(report.counts).reduce((sum, count) => sum + count, 0),
    },
  ];
  return (
    <Section title={translate("va.report.all")}>
      <Table
        caption={translate("va.report.all")}
        columns={columns}
        keyOf={(report) => report.id}
        rows={reports}
      />
    </Section>
  );
}
