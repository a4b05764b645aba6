"use client";

import { useEffect, useState } from "react";
import { WishesFailed, WishSkeleton } from "@/features/wishes/list.tsx";
import { type Choices, readChoices } from "./choices.ts";
import { ConsentsPart } from "./consents-part.tsx";
import { MailsPart } from "./mails-part.tsx";
import { SeenPart } from "./seen-part.tsx";
import { AccountShell } from "./shell.tsx";
import { type PreferenceProps, ShownPart } from "./shown-part.tsx";

function Preferences(props: PreferenceProps) {
  const { locale, t } = props;
  const [choices, setChoices] = useState<Choices | "failed" | null>(null);
  const load = () => void readChoices(locale).then((found) => setChoices(found ?? "failed"));
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, when the page opens.
  useEffect(load, []);
  if (choices === null) return <WishSkeleton />;
  if (choices === "failed") {
    const again = (
      <button className="btn btn-primary" onClick={load} type="button">
        {t.retry}
      </button>
    );
    return <WishesFailed button={again} text={t.problems.offline} />;
  }
  const onPreferences = (preferences: Choices["preferences"]) => setChoices({ ...choices, preferences });
  return (
    <div className="space-y-6">
      <ShownPart {...props} choices={choices} onPreferences={onPreferences} />
      <MailsPart {...props} choices={choices} onPreferences={onPreferences} />
      <ConsentsPart {...props} first={choices.consents} />
      <SeenPart {...props} />
    </div>
  );
}

/** What the customer likes and allows. */
export function PreferencesPage(props: PreferenceProps) {
  return (
    <AccountShell locale={props.locale} page="preferences" t={props.t}>
      {() => <Preferences {...props} />}
    </AccountShell>
  );
}
