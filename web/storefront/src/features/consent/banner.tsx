"use client";

import { useEffect, useRef, useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { type Choices, consentOf, decide, type Purpose } from "./store.ts";

const NOTHING: Choices = { statistics: false, marketing: false };
const EVERYTHING: Choices = { statistics: true, marketing: true };
const PURPOSES = ["statistics", "marketing"] as const satisfies readonly Purpose[];

/** Reopen the question, as from the footer. */
export function askAgain(): void {
  document.documentElement.dataset.consent = "open";
  document.getElementById("consent")?.focus();
}

/** Asks once what the shop may do beyond selling. Saying no is one press, like saying yes. */
export function ConsentBanner({ t }: { t: Messages["consent"] }) {
  const [choices, setChoices] = useState(NOTHING);
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    setChoices({
      statistics: consentOf("statistics") === true,
      marketing: consentOf("marketing") === true,
    });
  }, []);
  const answer = (given: Choices) => {
    decide(given);
    setChoices(given);
    if (details.current) details.current.open = false;
    delete document.documentElement.dataset.consent;
  };
  return (
    <section
      aria-label={t.title}
      className="consent fixed inset-x-3 bottom-3 z-50 mx-auto max-w-3xl rounded-3xl border border-line bg-surface p-5 shadow-[var(--shadow)] md:p-6"
      id="consent"
      tabIndex={-1}
    >
      <h2 className="text-xl">{t.title}</h2>
      <p className="mt-1 text-[0.94rem] text-muted">{t.text}</p>
      <details className="mt-2" ref={details}>
        <summary className="link inline-block py-1 text-[0.94rem]">{t.choose}</summary>
        <div className="mt-2 space-y-3">
          {PURPOSES.map((purpose) => (
            <label className="flex cursor-pointer items-start gap-3" key={purpose}>
              <input
                checked={choices[purpose]}
                className="mt-1 size-5 accent-[var(--brand)]"
                onChange={(event) => setChoices({ ...choices, [purpose]: event.target.checked })}
                type="checkbox"
              />
              <span>
                <span className="block font-semibold">{t.purposes[purpose]}</span>
                <span className="block text-[0.9rem] text-muted">{t.purposeTexts[purpose]}</span>
              </span>
            </label>
          ))}
          <button className="btn btn-quiet w-full sm:w-auto" onClick={() => answer(choices)} type="button">
            {t.save}
          </button>
        </div>
      </details>
      <div className="mt-4 grid grid-cols-2 gap-3">
        <button className="btn btn-quiet" onClick={() => answer(NOTHING)} type="button">
          {t.reject}
        </button>
        <button className="btn btn-quiet" onClick={() => answer(EVERYTHING)} type="button">
          {t.accept}
        </button>
      </div>
    </section>
  );
}

/** The way back to the question, for the footer. */
export function ConsentButton({ label }: { label: string }) {
  return (
    <button className="block pt-1 pb-2 hover:underline" onClick={askAgain} type="button">
      {label}
    </button>
  );
}
