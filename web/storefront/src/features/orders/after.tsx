"use client";

import type { Order } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import { Again } from "./again.tsx";
import { Invoices } from "./invoices.tsx";
import { Returns } from "./returns.tsx";

export interface AfterProps {
  readonly order: Order;
  readonly token: string;
  readonly locale: string;
  readonly t: Messages["aftersales"];
}

/** Orders that were never paid have no papers and nothing to send back. */
const UNPAID = new Set(["pending_payment", "authorized", "canceling", "expired", "canceled"]);

/** What follows a paid order: its invoices, what may come back, and the same once more. */
export function AfterSales(props: AfterProps) {
  const isPaid = !UNPAID.has(props.order.status);
  return (
    <>
      {isPaid ? <Invoices {...props} /> : null}
      {isPaid ? <Returns {...props} /> : null}
      <Again {...props} />
    </>
  );
}
