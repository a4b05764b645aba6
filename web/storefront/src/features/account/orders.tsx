"use client";

import type { AccountOrderRow, Order } from "@vivamarket/api-client";
import { formatDate, formatMoney } from "@vivamarket/format";
import { useCallback, useEffect, useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { listOrders, readOwnOrder } from "./session.ts";
import { AccountShell } from "./shell.tsx";

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly o: Messages["order"];
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

function Row({ row, locale, t, o }: { row: AccountOrderRow } & Props) {
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

/** The customer's orders, newest first, each with its lines behind a press. */
export function OwnOrders({ locale, t, o }: Props) {
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
    <>
      {failed ? <p role="alert">{t.problems.offline}</p> : null}
      {rows === null && !failed ? <p className="text-muted">{t.loading}</p> : null}
      {rows?.length === 0 ? <p className="text-muted">{t.noOrders}</p> : null}
      <ul>
        {rows?.map((row) => (
          <Row key={row.id} locale={locale} o={o} row={row} t={t} />
        ))}
      </ul>
      {cursor ? (
        <button className="btn btn-quiet mt-5" onClick={() => void more(cursor)} type="button">
          {t.more}
        </button>
      ) : null}
    </>
  );
}

export function OwnOrdersPage({ locale, t, o }: Props) {
  return (
    <AccountShell locale={locale} page="orders" t={t}>
      {() => <OwnOrders locale={locale} o={o} t={t} />}
    </AccountShell>
  );
}
