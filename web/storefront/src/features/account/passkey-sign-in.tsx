"use client";

import { Icon, Spinner } from "@vivamarket/ui";
import { useState } from "react";
import type { Problem } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import { wordsOf } from "./forms.tsx";
import { passkeysWork, signInWithPasskey } from "./passkeys.ts";
import type { Entry } from "./session.ts";

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly onDone: (entry: Entry) => void;
}

/** The way in without typing; nothing where the browser has none. */
export function PasskeySignIn({ locale, t, onDone }: Props) {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!passkeysWork()) return null;
  async function begin() {
    if (working) return;
    setWorking(true);
    setProblem(null);
    const result = await signInWithPasskey(locale);
    setWorking(false);
    if (result.ok) onDone(result.data);
    else setProblem(result.problem);
  }
  return (
    <div className="mb-3 grid gap-4">
      <p aria-hidden="true" className="flex items-center gap-4 text-muted">
        <span className="h-px flex-1 bg-line" />
        {t.or}
        <span className="h-px flex-1 bg-line" />
      </p>
      <button aria-disabled={working} className="btn btn-quiet" onClick={() => void begin()} type="button">
        {working ? <Spinner /> : <Icon name="lock" />}
        {t.passkeySignIn}
      </button>
      <p className="empty:hidden" role="alert">
        {problem ? wordsOf(problem, t) : null}
      </p>
    </div>
  );
}
