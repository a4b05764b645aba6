"use client";

import { fill, formatDate } from "@vivamarket/format";
import { useState } from "react";
import { home } from "@/api/place.ts";
import { setPreferences, stopWaiting } from "./choices.ts";
import { wordsOf } from "./forms.tsx";
import { Part } from "./part.tsx";
import type { ChoiceProps } from "./shown-part.tsx";
import { Switch } from "./switch.tsx";

/** Which mails come beside those that are needed, and what the customer waits for. */
export function MailsPart({ locale, t, c, choices, onPreferences }: ChoiceProps) {
  const [told, setTold] = useState<string | null>(null);
  const [alerts, setAlerts] = useState(choices.alerts);

  async function choose(wanted: boolean) {
    const { version } = choices.preferences;
    const result = await setPreferences({ version, mails: { stock_alerts: wanted } });
    setTold(result.ok ? c.saved : wordsOf(result.problem, t));
    if (result.ok) onPreferences(result.data);
  }
  async function stop(id: string) {
    const result = await stopWaiting(id);
    setTold(result.ok ? null : wordsOf(result.problem, t));
    if (result.ok) setAlerts(alerts.filter((alert) => alert.id !== id));
  }

  return (
    <Part done={told} lead={c.mailsLead} name="mails" title={c.mails}>
      <Switch
        checked={choices.preferences.mails.stock_alerts}
        label={c.stockAlerts}
        onChange={(wanted) => void choose(wanted)}
      />
      <h3 className="mt-4 font-sans text-lg font-semibold">{c.waiting}</h3>
      {alerts.length === 0 ? <p className="text-muted">{c.waitingNone}</p> : null}
      <ul className="divide-y divide-line">
        {alerts.map((alert) => (
          <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 py-3" key={alert.id}>
            <span>
              {alert.slug === null ? (
                <span className="text-muted">{c.notSold}</span>
              ) : (
                <a
                  className="link"
                  href={`${home(locale)}p/${alert.slug}/?sku=${encodeURIComponent(alert.sku)}`}
                >
                  {alert.title}
                </a>
              )}{" "}
              <span className="text-muted">
                {fill(c.since, { date: formatDate(alert.asked_at, locale) })}
              </span>
            </span>
            <button
              aria-label={`${c.stop}: ${alert.title ?? alert.sku}`}
              className="btn btn-quiet"
              onClick={() => void stop(alert.id)}
              type="button"
            >
              {c.stop}
            </button>
          </li>
        ))}
      </ul>
    </Part>
  );
}
