"use client";

import type { AccountOrderRow } from "@vivamarket/api-client";
import { fill, formatDate, formatMoney } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { useEffect, useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { OrderBadge } from "./orders.tsx";
import { ACCOUNT_PAGES, accountPath } from "./places.ts";
import { listOrders, signOut } from "./session.ts";
import { AccountShell, type Visit } from "./shell.tsx";

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly o: Messages["order"];
}

function LatestOrder({ locale, t, o }: Props) {
  const [row, setRow] = useState<AccountOrderRow | "none" | "failed" | null>(null);
  useEffect(() => {
    void listOrders().then((result) => setRow(result.ok ? (result.data.items[0] ?? "none") : "failed"));
  }, []);
  const words = { none: t.noOrders, failed: t.problems.offline } as const;
  return (
    <section aria-labelledby="latest-title" className="panel p-6">
      <h2 className="text-2xl" id="latest-title">
        {t.latestOrder}
      </h2>
      {row === null ? <div aria-hidden="true" className="skeleton mt-4 h-12" /> : null}
      {typeof row === "string" ? <p className="mt-3 text-muted">{words[row]}</p> : null}
      {row !== null && typeof row !== "string" ? (
        <>
          <p className="mt-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
            <span className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <span className="font-semibold">{row.number}</span>
              <span className="text-muted">{formatDate(row.placed_at, locale)}</span>
              <OrderBadge o={o} row={row} />
            </span>
            <span className="font-semibold tabular-nums">{formatMoney(row.total, locale)}</span>
          </p>
          <p className="mt-4">
            <a className="link" href={accountPath(locale, "orders")}>
              {t.allOrders}
            </a>
          </p>
        </>
      ) : null}
    </section>
  );
}

function Overview({ locale, t, o, visit }: Props & { visit: Visit }) {
  const [failed, setFailed] = useState(false);
  async function leave() {
    const result = await signOut(false);
    if (result.ok || result.problem.status === 401) visit.onLeft();
    else setFailed(true);
  }
  return (
    <div className="space-y-6">
      <p className="flex flex-wrap items-center justify-between gap-3 text-lg text-muted">
        {visit.session.email}
        <button className="btn btn-quiet text-base text-ink" onClick={() => void leave()} type="button">
          {t.signOut}
        </button>
      </p>
      {failed ? <p role="alert">{t.problems.offline}</p> : null}
      <LatestOrder locale={locale} o={o} t={t} />
      <ul className="grid gap-4 sm:grid-cols-2">
        {ACCOUNT_PAGES.filter((place) => place.name !== "overview").map(({ name, icon }) => (
          <li key={name}>
            <a
              className="panel flex h-full items-start gap-4 p-5 hover:border-ink"
              href={accountPath(locale, name)}
            >
              <span className="grid size-11 shrink-0 place-items-center rounded-full bg-brand-soft text-brand-text">
                <Icon name={icon} />
              </span>
              <span>
                <span className="block font-semibold">{t.pages[name]}</span>
                <span className="block text-[0.94rem] text-muted">{t.pageLeads[name]}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What a customer finds at home: the latest order, the way to everything else, and the way out. */
export function OverviewPage({ locale, t, o }: Props) {
  return (
    <AccountShell locale={locale} page="overview" t={t} title={({ name }) => fill(t.hello, { name })}>
      {(visit) => <Overview locale={locale} o={o} t={t} visit={visit} />}
    </AccountShell>
  );
}
