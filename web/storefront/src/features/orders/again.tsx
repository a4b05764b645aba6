"use client";

import { Spinner } from "@vivamarket/ui";
import { useState } from "react";
import { home } from "@/api/place.ts";
import { addToCart } from "@/features/cart/store.ts";
import type { AfterProps } from "./after.tsx";

interface Outcome {
  readonly added: number;
  /** The products that the shop does not sell now, by their titles. */
  readonly missing: readonly string[];
}

/** Puts what is still sold of the order into the cart, and says what is not. */
export function Again({ order, locale, t }: AfterProps) {
  const [working, setWorking] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const repeat = async () => {
    setWorking(true);
    const missing: string[] = [];
    for (const line of order.lines) {
      const result = await addToCart(line.sku, line.quantity, locale);
      if (!result.ok) missing.push(line.title);
    }
    setOutcome({ added: order.lines.length - missing.length, missing });
    setWorking(false);
  };
  return (
    <section aria-labelledby="again-title" className="panel no-print p-6">
      <h2 className="sr-only" id="again-title">
        {t.again}
      </h2>
      <button className="btn btn-quiet" disabled={working} onClick={() => void repeat()} type="button">
        {working ? <Spinner /> : null}
        {t.again}
      </button>
      <div aria-live="polite">
        {outcome ? (
          <p className="mt-4">
            {outcome.added === 0 ? t.againNone : outcome.missing.length > 0 ? t.againSome : t.againDone}
          </p>
        ) : null}
        {outcome && outcome.missing.length > 0 ? (
          <ul className="mt-2 list-disc pl-6">
            {outcome.missing.map((title) => (
              <li key={title}>{title}</li>
            ))}
          </ul>
        ) : null}
        {outcome && outcome.added > 0 ? (
          <p className="mt-4">
            <a className="btn btn-primary" href={`${home(locale)}cart/`}>
              {t.toCart}
            </a>
          </p>
        ) : null}
      </div>
    </section>
  );
}
