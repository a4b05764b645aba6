"use client";

import type { TotpSecret } from "@vivamarket/api-client";
import { useState } from "react";
import type { Problem } from "@/api/types.ts";
import { beginTotp, finishTotp, removeTotp } from "./factors.ts";
import { Ask, currentPassword, wordsOf } from "./forms.tsx";
import { Part } from "./part.tsx";
import type { SecurityProps } from "./security.tsx";
import type { Entry } from "./session.ts";

function Secret({ secret, s }: { secret: TotpSecret; s: SecurityProps["s"] }) {
  return (
    <div className="flex flex-wrap items-center gap-6">
      <img
        alt={s.qrCode}
        className="rounded-2xl border border-line bg-white"
        height={192}
        src={`data:image/svg+xml,${encodeURIComponent(secret.qr_svg)}`}
        width={192}
      />
      <div className="min-w-0 flex-1 basis-60 space-y-3">
        <p>{s.totpHow}</p>
        <p>
          <a className="link" href={secret.uri}>
            {s.totpHere}
          </a>
        </p>
        <p>
          <span className="block text-[0.94rem] text-muted">{s.totpSecret}</span>
          <code className="break-words font-mono text-[0.94rem]">
            {(secret.secret.match(/.{1,4}/g) ?? []).join(" ")}
          </code>
        </p>
      </div>
    </div>
  );
}

/** The second factor: a code of an authenticator app beside the password. */
export function TotpPart({ locale, t, s, visit }: SecurityProps) {
  const isOn = visit.session.second_factors.includes("totp");
  const [state, setState] = useState<"closed" | "removing" | TotpSecret>("closed");
  const [done, setDone] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  async function begin() {
    setDone(null);
    const result = await beginTotp();
    setProblem(result.ok ? null : result.problem);
    if (result.ok) setState(result.data);
  }
  const finished = (words: string) => (entry: Entry) => {
    if ("session" in entry) visit.onSession(entry.session);
    setState("closed");
    setDone(words);
  };
  return (
    <Part done={done} lead={isOn ? s.totpOn : s.totpOff} name="totp" title={s.totp}>
      {problem ? <p role="alert">{wordsOf(problem, t)}</p> : null}
      {state === "closed" ? (
        <button
          className="btn btn-quiet"
          onClick={() => (isOn ? setState("removing") : void begin())}
          type="button"
        >
          {isOn ? s.totpRemove : s.totpBegin}
        </button>
      ) : null}
      {state === "removing" ? (
        <Ask
          button={s.totpRemove}
          fields={[currentPassword(t)]}
          name="totp-remove"
          onCancel={() => setState("closed")}
          onDone={finished(s.totpRemoved)}
          send={(values) => removeTotp(values.password ?? "", locale)}
          t={t}
        />
      ) : null}
      {typeof state === "object" ? (
        <div className="space-y-6">
          <Secret s={s} secret={state} />
          <Ask
            button={s.totpFinish}
            fields={[
              {
                name: "code",
                label: t.totpCode,
                type: "text",
                autoComplete: "one-time-code",
                inputMode: "numeric",
              },
              currentPassword(t),
            ]}
            name="totp"
            onCancel={() => setState("closed")}
            onDone={finished(s.totpAdded)}
            send={(values) => finishTotp(state.secret, values.code ?? "", values.password ?? "", locale)}
            t={t}
          />
        </div>
      ) : null}
    </Part>
  );
}
