"use client";

import type { OrderReturns, Return } from "@vivamarket/api-client";
import { fill, formatDate } from "@vivamarket/format";
import { useCallback, useEffect, useState } from "react";
import type { AfterProps } from "./after.tsx";
import { readReturns, withdrawReturn } from "./aftersales.ts";
import { ReturnForm } from "./return-form.tsx";

/** Whose goods may still stay with the customer. */
const STILL_HERE = new Set(["requested", "approved"]);

function One({ found, props, onMoved }: { found: Return; props: AfterProps; onMoved: () => Promise<void> }) {
  const { order, token, locale, t } = props;
  const [working, setWorking] = useState(false);
  const titles = new Map(order.lines.map((line) => [line.position, line.title]));
  const withdraw = async () => {
    if (!confirm(t.withdrawAsk)) return;
    setWorking(true);
    await withdrawReturn(order.id, token, found.id);
    setWorking(false);
    await onMoved();
  };
  return (
    <li className="border-b border-line py-4 last:border-0">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-semibold">{t.status[found.status]}</span>
        <span className="text-[0.94rem] text-muted">
          {fill(t.requestedOn, { date: formatDate(found.requested_at, locale) })}
        </span>
      </p>
      <ul className="mt-1 text-muted">
        {found.lines.map((line) => (
          <li key={line.position}>
            {line.quantity} × {titles.get(line.position) ?? line.sku}
          </li>
        ))}
      </ul>
      {found.answer ? (
        <p className="mt-3 rounded-2xl bg-sunken px-4 py-3">
          <span className="block text-[0.9rem] font-semibold">{t.ourAnswer}</span>
          {found.answer}
        </p>
      ) : null}
      {STILL_HERE.has(found.status) ? (
        <button
          className="btn btn-quiet mt-3"
          disabled={working}
          onClick={() => void withdraw()}
          type="button"
        >
          {t.withdraw}
        </button>
      ) : null}
    </li>
  );
}

/** What of the order came back, and the way to send more; nothing while nothing was sent. */
export function Returns(props: AfterProps) {
  const { order, token, locale, t } = props;
  const [known, setKnown] = useState<OrderReturns | null>(null);
  const [asking, setAsking] = useState(false);
  const look = useCallback(async () => {
    const found = await readReturns(order.id, token);
    if (found.ok) setKnown(found.data);
  }, [order.id, token]);
  useEffect(() => void look(), [look]);
  if (known === null || known.ends_at === null) return null;
  const date = formatDate(known.ends_at, locale);
  const isOver = Date.parse(known.ends_at) < Date.now();
  return (
    <section aria-labelledby="returns-title" className="panel no-print p-6">
      <h2 className="mb-2 text-2xl" id="returns-title">
        {t.returns}
      </h2>
      <p className="text-muted">{fill(isOver ? t.returnsOver : t.returnsLead, { date })}</p>
      {known.items.length > 0 ? (
        <ul className="mt-2">
          {known.items.map((each) => (
            <One found={each} key={each.id} onMoved={look} props={props} />
          ))}
        </ul>
      ) : null}
      {asking ? (
        <ReturnForm
          {...props}
          onDone={async () => {
            setAsking(false);
            await look();
          }}
          onStale={look}
          returnable={known.returnable}
        />
      ) : null}
      {!asking && known.returnable.length > 0 ? (
        <button className="btn btn-quiet mt-4" onClick={() => setAsking(true)} type="button">
          {t.begin}
        </button>
      ) : null}
    </section>
  );
}
