import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import type { MailWithText } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useParams } from "react-router-dom";
import { ask } from "../../api/calls.ts";
import { api } from "../../api/session.ts";
import { useRead } from "../../api/use-read.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Moment } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";

const VIEWS = ["page", "text", "source"] as const;
type View = (typeof VIEWS)[number];

function readMail(mail_id: string): Promise<MailWithText> {
  return ask(() => api.GET("/api/v1/staff/mails/{mail_id}", { params: { path: { mail_id } } }));
}

/** One mail as its reader sees it, as text, and as it went out. */
export default function MailPage() {
  const { id = "" } = useParams();
  const translate = useTranslate();
  const [view, setView] = useState<View>("page");
  const { data, error, isPending, refetch } = useRead(["mail", id], () => readMail(id));
  if (isPending) return <Waiting />;
  if (error !== null || data === undefined) return <Problem error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead
        back={{ to: "/mails", label: translate("va.nav.mails") }}
        below={
          <>
            {translate("va.mail.from_to", { from: data.sender, to: data.mail.to })} ·{" "}
            <Moment at={data.mail.sent_at} />
          </>
        }
        title={data.mail.subject}
      />
      <Card>
        <Tabs
          aria-label={translate("va.mail.views")}
          onChange={(_, chosen: View) => setView(chosen)}
          value={view}
        >
          {VIEWS.map((name) => (
            <Tab
              aria-controls={`mail-${name}`}
              id={`tab-${name}`}
              key={name}
              label={translate(`va.mail.view.${name}`)}
              value={name}
            />
          ))}
        </Tabs>
        <Box aria-labelledby={`tab-${view}`} id={`mail-${view}`} role="tabpanel">
          {view === "page" ? (
            <Box
              component="iframe"
              src={`/api/v1/staff/mails/${encodeURIComponent(id)}/page`}
              sx={{ display: "block", width: "100%", height: "70vh", border: 0, backgroundColor: "#fff" }}
              title={data.mail.subject}
            />
          ) : (
            <Box
              component="pre"
              sx={{ m: 0, p: 2, fontSize: 13, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
              tabIndex={0}
            >
              {view === "text" ? data.text : data.source}
            </Box>
          )}
        </Box>
      </Card>
    </>
  );
}
