"use client";

import { useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { EmailPart } from "./email-part.tsx";
import { Ask, currentPassword, freshPassword } from "./forms.tsx";
import { Part } from "./part.tsx";
import { PasskeysPart } from "./passkeys-part.tsx";
import { changePassword, type Entry, signOut } from "./session.ts";
import { AccountShell, type Visit } from "./shell.tsx";
import { TotpPart } from "./totp-part.tsx";

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly s: Messages["security"];
}

export interface SecurityProps extends Props {
  readonly visit: Visit;
}

function PasswordPart({ locale, t, s, visit }: SecurityProps) {
  const [state, setState] = useState<"closed" | "open" | "done">("closed");
  return (
    <Part
      done={state === "done" ? s.passwordDone : null}
      lead={s.passwordLead}
      name="password"
      title={t.password}
    >
      {state === "open" ? (
        <Ask
          button={t.changePassword}
          fields={[currentPassword(t), freshPassword(t)]}
          name="password"
          onCancel={() => setState("closed")}
          onDone={(entry: Entry) => {
            if ("session" in entry) visit.onSession(entry.session);
            setState("done");
          }}
          send={(values) => changePassword(values.password ?? "", values.fresh ?? "", locale)}
          t={t}
        />
      ) : (
        <button className="btn btn-quiet" onClick={() => setState("open")} type="button">
          {t.changePassword}
        </button>
      )}
    </Part>
  );
}

function SessionsPart({ t, s, visit }: SecurityProps) {
  const [failed, setFailed] = useState(false);
  async function leave() {
    const result = await signOut(true);
    if (result.ok || result.problem.status === 401) visit.onLeft();
    else setFailed(true);
  }
  return (
    <Part lead={s.everywhereLead} name="everywhere" title={s.everywhere}>
      {failed ? <p role="alert">{t.problems.offline}</p> : null}
      <button className="btn btn-quiet" onClick={() => void leave()} type="button">
        {s.signOutEverywhere}
      </button>
    </Part>
  );
}

/** How the customer proves who they are, each way in a part of its own. */
export function SecurityPage({ locale, t, s }: Props) {
  return (
    <AccountShell locale={locale} page="security" t={t}>
      {(visit) => (
        <div className="space-y-5">
          <PasskeysPart locale={locale} s={s} t={t} visit={visit} />
          <PasswordPart locale={locale} s={s} t={t} visit={visit} />
          <TotpPart locale={locale} s={s} t={t} visit={visit} />
          <EmailPart locale={locale} s={s} t={t} visit={visit} />
          <SessionsPart locale={locale} s={s} t={t} visit={visit} />
        </div>
      )}
    </AccountShell>
  );
}
