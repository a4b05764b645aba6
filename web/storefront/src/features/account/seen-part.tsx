"use client";

import { useState } from "react";
import { keepSeen } from "@/features/seen/store.ts";
import { forgetSeen } from "./choices.ts";
import { wordsOf } from "./forms.tsx";
import { Part } from "./part.tsx";
import type { PreferenceProps } from "./shown-part.tsx";

/** What was looked at can be forgotten, here and on every device. */
export function SeenPart({ t, c }: PreferenceProps) {
  const [told, setTold] = useState<string | null>(null);
  async function forget() {
    const result = await forgetSeen();
    setTold(result.ok ? c.forgotten : wordsOf(result.problem, t));
    if (result.ok) keepSeen([]);
  }
  return (
    <Part done={told} lead={c.seenLead} name="seen" title={c.seen}>
      <button className="btn btn-quiet" onClick={() => void forget()} type="button">
        {c.forgetSeen}
      </button>
    </Part>
  );
}
