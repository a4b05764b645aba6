"use client";

import type { PrivacyRequest, PrivacyRequestList } from "@vivamarket/api-client";
import { fill, formatDate } from "@vivamarket/format";
import { useEffect, useState } from "react";
import { api, read } from "@/api/client.ts";
import type { Messages } from "@/messages/index.ts";
import { Ask, currentPassword, wordsOf } from "./forms.tsx";
import { Part } from "./part.tsx";
import { done, marked } from "./session.ts";
import { AccountShell } from "./shell.tsx";

/** As the server waits (src/vivamarket/privacy/model.py); it tells the day itself once it is asked. */
const GRACE_DAYS = 14;

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly v: Messages["privacy"];
}

interface PartProps extends Props {
  readonly requests: readonly PrivacyRequest[];
  readonly onRequests: (requests: readonly PrivacyRequest[]) => void;
}

/** Say how far a wish for one's data is; nothing when it came to nothing. */
function stateOf(request: PrivacyRequest, v: PartProps["v"], locale: string): string | null {
  if (request.state === "waiting") return v.exportWaiting;
  if (request.state !== "done" || request.finished_at === null) return null;
  const until = formatDate(request.due_at, locale);
  return fill(v.exportDone, { date: formatDate(request.finished_at, locale), until });
}

function ExportPart({ locale, t, v, requests, onRequests }: PartProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const newest = requests.find((request) => request.kind === "export");
  async function ask() {
    const result = await read(() => api.POST("/api/v1/account/export", { headers: marked() }));
    setProblem(result.ok ? null : wordsOf(result.problem, t));
    if (result.ok) onRequests(result.data.items);
  }
  return (
    <Part
      done={problem ?? (newest ? stateOf(newest, v, locale) : null)}
      lead={v.exportLead}
      name="export"
      title={v.export}
    >
      <button
        className="btn btn-primary"
        disabled={newest?.state === "waiting"}
        onClick={() => void ask()}
        type="button"
      >
        {v.exportButton}
      </button>
    </Part>
  );
}

function ErasePart({ locale, t, v, requests, onRequests }: PartProps) {
  const [code, setCode] = useState("");
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    const opened = () => setCode(new URLSearchParams(location.hash.slice(1)).get("code") ?? "");
    opened();
    addEventListener("hashchange", opened);
    return () => removeEventListener("hashchange", opened);
  }, []);
  const waiting = requests.find((request) => request.kind === "erasure" && request.state === "waiting");

  async function keep() {
    const result = await read(() => api.DELETE("/api/v1/account/erasure", { headers: marked() }));
    setTold(result.ok ? v.kept : wordsOf(result.problem, t));
    if (result.ok) onRequests(result.data.items);
  }
  async function mailCode() {
    const send = () => api.POST("/api/v1/account/erasure/code", { headers: marked() });
    const result = await read(done(null, send));
    setTold(result.ok ? v.codeMailed : wordsOf(result.problem, t));
  }

  if (waiting) {
    return (
      <Part
        lead={v.waitingLead}
        name="erase"
        title={fill(v.waiting, { date: formatDate(waiting.due_at, locale) })}
      >
        <button className="btn btn-primary" onClick={() => void keep()} type="button">
          {v.keep}
        </button>
      </Part>
    );
  }
  return (
    <Part
      done={told}
      lead={code ? v.codeReady : fill(v.eraseLead, { days: GRACE_DAYS })}
      name="erase"
      title={v.erase}
    >
      <Ask<PrivacyRequestList>
        button={v.eraseButton}
        fields={code ? [] : [currentPassword(t)]}
        isFinal
        name="erase"
        onDone={(list) => {
          setTold(null);
          setCode("");
          history.replaceState(null, "", location.pathname);
          onRequests(list.items);
        }}
        send={({ password = "" }) =>
          read(() => api.POST("/api/v1/account/erasure", { body: { password, code }, headers: marked() }))
        }
        t={t}
      />
      {code ? null : (
        <p className="mt-4">
          <button className="link" onClick={() => void mailCode()} type="button">
            {v.byCode}
          </button>
        </p>
      )}
    </Part>
  );
}

function Privacy(props: Props) {
  const [requests, setRequests] = useState<readonly PrivacyRequest[]>([]);
  useEffect(() => {
    void read(() => api.GET("/api/v1/account/privacy-requests")).then((result) => {
      if (result.ok) setRequests(result.data.items);
    });
  }, []);
  return (
    <div className="space-y-6">
      <ExportPart {...props} onRequests={setRequests} requests={requests} />
      <ErasePart {...props} onRequests={setRequests} requests={requests} />
    </div>
  );
}

/** What the shop knows about the customer: as a file, and its end. */
export function PrivacyPage(props: Props) {
  return (
    <AccountShell locale={props.locale} page="privacy" t={props.t}>
      {() => <Privacy {...props} />}
    </AccountShell>
  );
}
