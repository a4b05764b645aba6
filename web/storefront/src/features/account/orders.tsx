"use client";

import type { AccountOrderRow } from "@vivamarket/api-client";
import { formatDate, formatMoney } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { useCallback, useEffect, useState } from "react";
import { home } from "@/api/place.ts";
import type { Messages } from "@/messages/index.ts";
import { listOrders } from "./session.ts";
import { AccountShell } from "./shell.tsx";

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly o: Messages["order"];
}

/** How an order stands. Once a parcel is on its way, that says more than that it is paid. */
export function OrderBadge({ row, o }: { row: AccountOrderRow } & Pick<Props, "o">) {
  const stands = row.status === "paid" && row.fulfillment !== "unfulfilled" ? row.fulfillment : row.status;
  return <span className="badge bg-sunken">{o.status[stands as keyof typeof o.status] ?? stands}</span>;
}

function Row({ row, locale, o }: { row: AccountOrderRow } & Pick<Props, "locale" | "o">) {
  return (
    <li className="border-b border-line last:border-0">
      <a className="group flex items-center gap-x-4 py-4" href={`${home(locale)}order/#id=${row.id}`}>
        <span className="flex-1">
          <span className="block font-semibold group-hover:underline">{row.number}</span>
          <span className="text-[0.94rem] text-muted">{formatDate(row.placed_at, locale)}</span>
        </span>
        <span className="flex flex-col items-end gap-1.5 sm:flex-row-reverse sm:items-center sm:gap-6">
          <span className="text-right font-semibold tabular-nums sm:w-28">
            {formatMoney(row.total, locale)}
          </span>
          <OrderBadge o={o} row={row} />
        </span>
        <Icon className="size-5 shrink-0 text-muted" name="chevron" />
      </a>
    </li>
  );
}

/** The customer's orders, newest first, each a link to its page. */
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
          <Row key={row.id} locale={locale} o={o} row={row} />
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
