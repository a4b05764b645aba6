"use client";

import type { Messages } from "@/messages/index.ts";
import { readCart } from "./store.ts";

export function FailedCart({ t }: { t: Messages["cart"] }) {
  return (
    <div className="px-4 py-14 text-center" role="alert">
      <p className="font-display text-2xl font-bold">{t.failed}</p>
      <p className="mt-1 text-muted">{t.failedText}</p>
      <button className="btn btn-quiet mt-6" onClick={() => void readCart()} type="button">
        {t.retry}
      </button>
    </div>
  );
}

export function CartSkeleton() {
  return (
    <div aria-hidden="true" className="space-y-4 py-5">
      {[0, 1, 2].map((row) => (
        <div className="flex gap-4" key={row}>
          <div className="skeleton size-22" />
          <div className="flex-1 space-y-2.5 py-1">
            <div className="skeleton h-5 w-3/4" />
            <div className="skeleton h-4 w-1/3" />
          </div>
        </div>
      ))}
    </div>
  );
}
