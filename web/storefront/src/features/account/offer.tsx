"use client";

import { fill } from "@vivamarket/format";
import { useEffect, useState } from "react";
import type { Order } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import { Ask, freshPassword } from "./forms.tsx";
import { isKnownHere, signUp } from "./session.ts";

interface Props {
  readonly order: Order;
  readonly locale: string;
  readonly t: Messages["account"];
}

/**
 * Offers an account to a guest who has bought: all it takes is a password. The order joins it once the
 * address is confirmed, so who only has the order's link gets nothing.
 */
export function AccountOffer({ order, locale, t }: Props) {
  const [isGuest, setGuest] = useState(false);
  const [sentTo, setSentTo] = useState<string | null>(null);
  useEffect(() => setGuest(!isKnownHere()), []);
  const name = order.shipping_address?.name ?? "";
  if (!isGuest || name === "") return null;
  return (
    <section aria-labelledby="offer-title" className="no-print panel p-6">
      <h2 className="text-2xl" id="offer-title">
        {sentTo === null ? t.offer : t.mailedTitle}
      </h2>
      <p className="mb-5 mt-1 text-muted last:mb-0" role="status">
        {sentTo === null ? fill(t.offerLead, { email: order.email }) : fill(t.mailedText, { email: sentTo })}
      </p>
      {sentTo === null ? (
        <Ask
          button={t.signUp}
          fields={[freshPassword(t)]}
          name="offer"
          onDone={(email: string) => setSentTo(email)}
          send={(values) => signUp(order.email, values.fresh ?? "", name, locale)}
          t={t}
        />
      ) : null}
    </section>
  );
}
