"use client";

import type { ReturnableLine, ReturnReason } from "@vivamarket/api-client";
import { fill } from "@vivamarket/format";
import { Spinner } from "@vivamarket/ui";
import { type FormEvent, useRef, useState } from "react";
import { newKey } from "@/api/client.ts";
import type { AfterProps } from "./after.tsx";
import { requestReturn } from "./aftersales.ts";

interface Props extends AfterProps {
  readonly returnable: readonly ReturnableLine[];
  /** It is asked for, or the customer has thought better of it. */
  readonly onDone: () => Promise<void>;
  /** What may be sent back has changed meanwhile. */
  readonly onStale: () => Promise<void>;
}

const NOTE_LENGTH_MAX = 1_000;

/** Asks what comes back and why. */
export function ReturnForm({ order, token, t, returnable, onDone, onStale }: Props) {
  const [problem, setProblem] = useState("");
  const [working, setWorking] = useState(false);
  const key = useRef(newKey());
  const titles = new Map(
    order.lines.map((line) => [line.position, [line.title, line.variant_title].filter(Boolean).join(", ")]),
  );
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const lines = returnable
      .map(({ position }) => ({ position, quantity: Number(given.get(`line-${position}`)) }))
      .filter(({ quantity }) => quantity > 0);
    if (lines.length === 0) {
      setProblem(t.nothingChosen);
      return;
    }
    setWorking(true);
    const body = {
      lines,
      reason: given.get("reason") as ReturnReason,
      note: String(given.get("note") ?? "").trim(),
    };
    const result = await requestReturn(order.id, token, body, key.current);
    setWorking(false);
    if (result.ok) {
      await onDone();
      return;
    }
    key.current = newKey();
    setProblem(t.problems[result.problem.code as keyof typeof t.problems] ?? t.failed);
    await onStale();
  };
  return (
    <form className="mt-5 space-y-5 border-t border-line pt-5" onSubmit={(event) => void send(event)}>
      <fieldset>
        <legend className="mb-2 font-semibold">{t.which}</legend>
        {returnable.map(({ position, quantity }) => (
          <label className="flex items-center justify-between gap-4 py-2" key={position}>
            <span>{titles.get(position)}</span>
            <select
              aria-label={fill(t.quantityOf, { product: titles.get(position) ?? "" })}
              className="field w-auto"
              defaultValue={returnable.length === 1 ? String(quantity) : "0"}
              name={`line-${position}`}
            >
              <option value="0">{t.keepAll}</option>
              {Array.from({ length: quantity }, (_, index) => String(index + 1)).map((count) => (
                <option key={count} value={count}>
                  {count}
                </option>
              ))}
            </select>
          </label>
        ))}
      </fieldset>
      <label className="block">
        <span className="mb-1.5 block font-medium">{t.reason}</span>
        <select className="field" name="reason">
          {Object.entries(t.reasons).map(([reason, words]) => (
            <option key={reason} value={reason}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label className="block">
        <span className="mb-1.5 block font-medium">{t.note}</span>
        <textarea className="field min-h-28" maxLength={NOTE_LENGTH_MAX} name="note" />
      </label>
      <p className="text-tomato" role="alert">
        {problem}
      </p>
      <p className="flex flex-wrap gap-3">
        <button className="btn btn-primary" disabled={working} type="submit">
          {working ? <Spinner /> : null}
          {t.send}
        </button>
        <button className="btn btn-quiet" onClick={() => void onDone()} type="button">
          {t.stop}
        </button>
      </p>
    </form>
  );
}
