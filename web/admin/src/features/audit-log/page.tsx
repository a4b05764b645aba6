import Box from "@mui/material/Box";
import { useLocale, useTranslate } from "ra-core";
import { useParams } from "react-router-dom";
import { useRead } from "../../api/use-read.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Fact, Facts, Section } from "../../shell/section.tsx";
import { Table } from "../../shell/table.tsx";
import { Code, Moment, Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { readEntry } from "./requests.ts";
import { endOf, operationWords } from "./words.ts";

/** One deed with everything the log knows of it. */
export default function AuditEntryPage() {
  const translate = useTranslate();
  const locale = useLocale();
  const { seq = "" } = useParams();
  const { data: entry, error, refetch } = useRead(["audit entry", seq], () => readEntry(seq));
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  if (entry === undefined) return <Waiting />;
  const { actor, outcome } = entry;
  return (
    <>
      <PageHead
        back={{ to: "/audit-log", label: translate("va.nav.audit") }}
        below={<Moment at={entry.at} />}
        beside={<Status value={endOf(outcome)} />}
        title={operationWords(entry.operation, locale)}
      />
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { md: "1fr 1fr" }, alignItems: "start" }}>
        <Section title={translate("va.audit.who")}>
          <Facts>
            <Fact name={translate("va.audit.name")}>
              {actor.name || translate(`va.audit.actor.${actor.kind}`)}
              {actor.role !== "" && ` · ${translate(`va.role.${actor.role}`, { _: actor.role })}`}
            </Fact>
            {actor.id !== "" && (
              <Fact name={translate("va.audit.id")}>
                <Code>{actor.id}</Code>
              </Fact>
            )}
            {entry.address !== "" && <Fact name={translate("va.audit.from")}>{entry.address}</Fact>}
            {entry.user_agent !== "" && <Fact name={translate("va.audit.browser")}>{entry.user_agent}</Fact>}
          </Facts>
        </Section>
        <Section title={translate("va.audit.what")}>
          <Facts>
            <Fact name={translate("va.audit.operation")}>
              <Code>{entry.operation}</Code>
            </Fact>
            {entry.resource !== "" && <Fact name={translate("va.audit.about")}>{entry.resource}</Fact>}
            {entry.fields.length > 0 && (
              <Fact name={translate("va.audit.fields")}>{entry.fields.join(", ")}</Fact>
            )}
            <Fact name={translate("va.audit.outcome")}>
              {outcome === null
                ? translate("va.audit.cut_off")
                : `${outcome.status}${outcome.code === "" ? "" : ` · ${outcome.code}`}`}
            </Fact>
            {entry.request_id !== "" && (
              <Fact name={translate("va.audit.request")}>
                <Code>{entry.request_id}</Code>
              </Fact>
            )}
            <Fact name={translate("va.audit.link", { seq: entry.seq })}>
              <Code>{entry.hash}</Code>
            </Fact>
          </Facts>
        </Section>
      </Box>
      {entry.changes.length > 0 && (
        <Box sx={{ mt: 2.5 }}>
          <Section title={translate("va.audit.changes")}>
            <Table
              caption={translate("va.audit.changes")}
              columns={[
                {
                  name: "field",
                  title: translate("va.audit.field"),
                  cell: (row) => <Code>{row.field}</Code>,
                },
                { name: "before", title: translate("va.audit.was"), cell: (row) => row.before || "–" },
                { name: "after", title: translate("va.audit.is"), cell: (row) => row.after || "–" },
              ]}
              keyOf={(row) => row.field}
              rows={entry.changes}
            />
          </Section>
        </Box>
      )}
    </>
  );
}
