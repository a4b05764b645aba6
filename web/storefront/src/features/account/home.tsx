"use client";

import type { AccountOrderRow, AccountSession, Order } from "@vivamarket/api-client";
import { fill, formatDate, formatMoney } from "@vivamarket/format";
import { useCallback, useEffect, useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { listOrders, readOwnOrder, signOut } from "./session.ts";

interface Props {
  readonly session: AccountSession;
  readonly locale: string;
  readonly t: Messages["account"];
  readonly o: Messages["order"];
  readonly onLeft: () => void;
  readonly onPassword: () => void;
}

function Lines({ id, locale, t }: { id: string; locale: string; t: Messages["account"] }) {
  const [order, setOrder] = useState<Order | "failed" | null>(null);
  useEffect(() => {
    void readOwnOrder(id).then((result) => setOrder(result.ok ? result.data : "failed"));
  }, [id]);
  if (order === "failed") return <p className="mt-3 text-muted">{t.problems.offline}</p>;
  if (order === null) return <p className="mt-3 text-muted">{t.loading}</p>;
  return (
    <ul className="mt-3 grid gap-1">
      {order.lines.map((line) => (
        <li className="flex justify-between gap-4" key={line.sku}>
          <span>
            {line.quantity} × {line.title}
            {line.variant_title ? ` (${line.variant_title})` : ""}
          </span>
          <span className="tabular-nums">{formatMoney(line.total, locale)}</span>
        </li>
      ))}
    </ul>
  );
}

function Row({ row, locale, t, o }: { row: AccountOrderRow } & Pick<Props, "locale" | "t" | "o">) {
  const [isOpen, setOpen] = useState(false);
  const status = o.status[row.status as keyof typeof o.status] ?? row.status;
  return (
    <li className="border-b border-line py-4">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="cursor-pointer">
          <span className="font-semibold">{row.number}</span>
          <span className="text-muted"> · {formatDate(row.placed_at, locale)} · </span>
          <span>{status}</span>
          <span className="float-right font-semibold tabular-nums">{formatMoney(row.total, locale)}</span>
        </summary>
        {isOpen ? <Lines id={row.id} locale={locale} t={t} /> : null}
      </details>
    </li>
  );
}

function Orders({ locale, t, o }: Pick<Props, "locale" | "t" | "o">) {
  const [rows, setRows] = useState<readonly AccountOrderRow[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const more = useCallback(async (from?: string) => {
    const result = await listOrders(from);
    setFailed(!result.ok);
    if (!result.ok) return;
    setRows((known) => [...(from ? (known ?? []) : []), ...result.data.items]);
    setCursor(result.data.next_cursor);
  }, []);
  useEffect(() => void more(), [more]);
  return (
    <section aria-labelledby="orders-title" className="mt-10">
      <h2 className="text-2xl" id="orders-title">
        {t.orders}
      </h2>
      {failed ? <p className="mt-3">{t.problems.offline}</p> : null}
      {rows === null && !failed ? <p className="mt-3 text-muted">{t.loading}</p> : null}
      {rows?.length === 0 ? <p className="mt-3 text-muted">{t.noOrders}</p> : null}
      <ul className="mt-3">
        {rows?.map((row) => (
          <Row key={row.id} locale={locale} o={o} row={row} t={t} />
        ))}
      </ul>
      {cursor ? (
        <button className="btn btn-quiet mt-5" onClick={() => void more(cursor)} type="button">
          {t.more}
        </button>
      ) : null}
    </section>
  );
}

/** What a customer finds at home: their orders, their password, and the way out. */
export function AccountHome({ session, locale, t, o, onLeft, onPassword }: Props) {
  const [failed, setFailed] = useState(false);
  async function leave(everywhere: boolean) {
    const result = await signOut(everywhere);
    if (result.ok || result.problem.status === 401) onLeft();
    else setFailed(true);
  }
  return (
    <div className="mx-auto max-w-2xl pb-16">
      <h1 className="text-4xl">{fill(t.hello, { name: session.name })}</h1>
      <p className="mt-3 text-lg text-muted">{session.email}</p>
      {failed ? <p role="alert">{t.problems.offline}</p> : null}
      <p className="mt-6 flex flex-wrap gap-3">
        <button className="btn btn-quiet" onClick={onPassword} type="button">
          {t.changePassword}
        </button>
        <button className="btn btn-quiet" onClick={() => void leave(false)} type="button">
          {t.signOut}
        </button>
        <button className="btn btn-quiet" onClick={() => void leave(true)} type="button">
          {t.signOutEverywhere}
        </button>
      </p>
      <Orders locale={locale} o={o} t={t} />
    </div>
  );
}
