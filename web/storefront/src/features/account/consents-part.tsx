"use client";

import type { Consent } from "@vivamarket/api-client";
import { fill, formatDate } from "@vivamarket/format";
import { useState } from "react";
import { decide as decideHere } from "@/features/consent/store.ts";
import { decide } from "./choices.ts";
import { wordsOf } from "./forms.tsx";
import { Part } from "./part.tsx";
import type { PreferenceProps } from "./shown-part.tsx";
import { Switch } from "./switch.tsx";

/** Names the words of this page (messages `preferences.purposes`): change it when they change their meaning. */
const TEXT_VERSION = "account-2026-11";
const PURPOSES = ["statistics", "marketing", "news"] as const;

interface Props extends PreferenceProps {
  readonly first: readonly Consent[];
}

/** What the customer allows: the newest decision of each purpose counts. */
export function ConsentsPart({ locale, t, c, first }: Props) {
  const [history, setHistory] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);

  async function choose(purpose: (typeof PURPOSES)[number], given: boolean) {
    const result = await decide({ purpose, text_version: TEXT_VERSION, given });
    setProblem(result.ok ? null : wordsOf(result.problem, t));
    if (!result.ok) return;
    setHistory(result.data.items);
    // With the account's own time: the decision that it has already is none to bring along.
    const newest = result.data.items.find((consent) => consent.purpose === purpose);
    if (purpose !== "news") decideHere({ [purpose]: given }, newest?.at);
  }

  return (
    <Part done={problem} lead={c.consentsLead} name="consents" title={c.consents}>
      {PURPOSES.map((purpose) => {
        const newest = history.find((consent) => consent.purpose === purpose);
        const date = newest ? formatDate(newest.at, locale) : "";
        const hint = newest ? fill(newest.given ? c.given : c.withdrawn, { date }) : c.undecided;
        return (
          <Switch
            checked={newest?.given ?? false}
            hint={hint}
            key={purpose}
            label={c.purposes[purpose]}
            onChange={(given) => void choose(purpose, given)}
          />
        );
      })}
    </Part>
  );
}
