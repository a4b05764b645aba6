"use client";

import type { Invoice } from "@vivamarket/api-client";
import { fill, formatDate, formatMoney } from "@vivamarket/format";
import { Icon, Spinner } from "@vivamarket/ui";
import { useCallback, useEffect, useState } from "react";
import type { AfterProps } from "./after.tsx";
import { readInvoices, saveInvoice } from "./aftersales.ts";

/** The worker writes an invoice about a second after the payment. */
const LOOKS_MAX = 5;
const LOOK_DELAY_MS = 2_000;

/** The order's papers, each a PDF to keep. */
export function Invoices({ order, token, locale, t }: AfterProps) {
  const [papers, setPapers] = useState<readonly Invoice[] | null>(null);
  const [saving, setSaving] = useState("");
  const [failed, setFailed] = useState(false);
  const look = useCallback(
    async (signal: AbortSignal) => {
      for (let looks = 0; looks < LOOKS_MAX && !signal.aborted; looks += 1) {
        const found = await readInvoices(order.id, token);
        if (signal.aborted) return;
        setFailed(!found.ok);
        if (found.ok) {
          setPapers(found.data);
          if (found.data.length > 0) return;
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_DELAY_MS));
      }
    },
    [order.id, token],
  );
  useEffect(() => {
    const stop = new AbortController();
    void look(stop.signal);
    return () => stop.abort();
  }, [look]);
  const save = async (number: string) => {
    setSaving(number);
    setFailed(!(await saveInvoice(order.id, token, number)));
    setSaving("");
  };
  return (
    <section aria-labelledby="invoices-title" className="panel no-print p-6">
      <h2 className="mb-2 text-2xl" id="invoices-title">
        {t.invoices}
      </h2>
      {papers?.length ? null : <p className="text-muted">{t.invoiceSoon}</p>}
      <ul>
        {papers?.map((paper) => (
          <li
            className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3 last:border-0"
            key={paper.number}
          >
            <Icon className="size-6 shrink-0 text-brand-text" name="paper" />
            <span className="min-w-48 flex-1">
              <span className="block font-semibold">
                {t.kinds[paper.kind as keyof typeof t.kinds] ?? paper.kind} {paper.number}
              </span>
              <span className="text-[0.94rem] text-muted">
                {fill(t.issuedOn, { date: formatDate(paper.issued_at, locale) })} ·{" "}
                {formatMoney(paper.total, locale)}
              </span>
            </span>
            <button
              aria-label={fill(t.downloadOf, { number: paper.number })}
              className="btn btn-quiet"
              disabled={saving !== ""}
              onClick={() => void save(paper.number)}
              type="button"
            >
              {saving === paper.number ? <Spinner /> : null}
              {t.download}
            </button>
          </li>
        ))}
      </ul>
      <p aria-live="polite" className="text-tomato">
        {failed ? t.failed : ""}
      </p>
    </section>
  );
}
