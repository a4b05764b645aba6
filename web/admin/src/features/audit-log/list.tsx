import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import type { AuditEntry } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { Link as RouterLink } from "react-router-dom";
import { useRead } from "../../api/use-read.ts";
import { ChoiceFilter, DayFilter, Filters, WordsFilter } from "../../shell/filters.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Moment, Status } from "../../shell/values.tsx";
import { readAccounts } from "./requests.ts";
import { Verify } from "./verify.tsx";
import { endOf, operationWords } from "./words.ts";

/** What staff did, newest first, and whether the log is whole. */
export default function AuditLogList() {
  const translate = useTranslate();
  const locale = useLocale();
  const accounts = useRead(["staff accounts"], readAccounts).data?.items ?? [];
  const columns: readonly Column<AuditEntry & { id: string }>[] = [
    {
      name: "operation",
      title: translate("va.audit.what"),
      cell: (entry) => (
        <>
          <Link component={RouterLink} sx={{ fontWeight: 600 }} to={`/audit-log/${entry.seq}`}>
            {operationWords(entry.operation, locale)}
          </Link>
          {entry.resource !== "" && <Below>{entry.resource}</Below>}
        </>
      ),
    },
    {
      name: "actor",
      title: translate("va.audit.who"),
      cell: (entry) => (
        <>
          {entry.actor.name || translate(`va.audit.actor.${entry.actor.kind}`)}
          <Below>
            {entry.actor.role === ""
              ? translate(`va.audit.actor.${entry.actor.kind}`)
              : translate(`va.role.${entry.actor.role}`, { _: entry.actor.role })}
          </Below>
        </>
      ),
    },
    {
      name: "at",
      title: translate("va.audit.when"),
      cell: (entry) => <Moment at={entry.at} />,
      wideOnly: true,
    },
    { name: "address", title: translate("va.audit.from"), cell: (entry) => entry.address, wideOnly: true },
    {
      name: "outcome",
      title: translate("va.audit.outcome"),
      cell: (entry) => <Status value={endOf(entry.outcome)} />,
    },
  ];
  return (
    <RecordList<AuditEntry & { id: string }>
      caption={translate("va.nav.audit")}
      columns={columns}
      empty={translate("va.audit.none")}
      filters={
        <Filters>
          <ChoiceFilter
            choices={accounts.map((each) => ({ value: each.id, label: each.name }))}
            label={translate("va.audit.who")}
            source="staff_id"
          />
          <WordsFilter label={translate("va.audit.about")} source="resource" />
          <DayFilter label={translate("va.audit.since")} source="since" />
          <DayFilter label={translate("va.audit.before")} source="before" />
        </Filters>
      }
      head={
        <>
          <PageHead below={translate("va.audit.lead")} title={translate("va.nav.audit")} />
          <Box sx={{ mb: 2.5 }}>
            <Verify />
          </Box>
        </>
      }
      resource="audit-log"
    />
  );
}
