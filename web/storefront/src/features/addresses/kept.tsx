"use client";

import { Icon } from "@vivamarket/ui";
import { useEffect, useState } from "react";
import type { Order } from "@/api/types.ts";
import { whoIsIn } from "@/features/account/session.ts";
import type { Messages } from "@/messages/index.ts";
import { keepAddress } from "./book.ts";
import { isKeptLater } from "./later.ts";

interface Props {
  readonly order: Order;
  readonly t: Messages["addresses"];
}

/** Keep the order's address under the order's own id, so that keeping it twice is keeping it once. */
async function wordsAfterKeeping({ order, t }: Props): Promise<string> {
  const who = await whoIsIn();
  if (!who.ok || who.data === null || order.shipping_address === null) return t.notKept;
  const kept = await keepAddress(order.id, order.shipping_address);
  if (kept.ok) return t.kept;
  return kept.problem.code === "address_book_full" ? t.full : t.notKept;
}

/** Puts the address into the customer's book, where the checkout was told to, and says how that went. */
export function KeptAddress(props: Props) {
  const [words, setWords] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the order's page opens.
  useEffect(() => {
    if (isKeptLater(props.order.id)) void wordsAfterKeeping(props).then(setWords);
  }, []);
  return (
    <p className="no-print mt-6 flex items-center gap-3 font-medium empty:hidden" role="status">
      {words === "" ? null : <Icon className="size-5 shrink-0 text-brand-text" name="check" />}
      {words}
    </p>
  );
}
