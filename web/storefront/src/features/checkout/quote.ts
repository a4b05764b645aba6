import { useCallback, useRef, useState } from "react";
import { api, read } from "@/api/client.ts";
import type { Problem, Quote } from "@/api/types.ts";
import { cartId, setDetails } from "@/features/cart/store.ts";
import type { Messages } from "@/messages/index.ts";
import { type CheckoutForm, detailsOf, type Rules } from "./form.ts";

/** What saving led to: the quote that follows, why there is none, or null when a later call took over. */
export type Saved = { readonly quote: Quote } | { readonly problem: Problem } | null;

/** Save what is typed and read the quote that follows from it; the last call wins. */
export function useQuote(locale: string, t: Messages["checkout"]) {
  const [quote, setQuote] = useState<Quote | null>(null);
  const [quoting, setQuoting] = useState(false);
  const turn = useRef(0);
  const saved = useRef("");
  const save = useCallback(
    async (form: CheckoutForm, rules: Rules, waitMs: number): Promise<Saved> => {
      turn.current += 1;
      const mine = turn.current;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (mine !== turn.current) return null;
      setQuoting(true);
      const details = detailsOf(form, rules, locale, t);
      const text = JSON.stringify(details);
      if (text !== saved.current) {
        const written = await setDetails(details);
        if (!written.ok) {
          setQuoting(false);
          return { problem: written.problem };
        }
        saved.current = text;
      }
      const path = { cart_id: cartId() ?? "" };
      const result = await read(() => api.GET("/api/v1/carts/{cart_id}/quote", { params: { path } }));
      if (mine !== turn.current) return null;
      setQuoting(false);
      if (!result.ok) return { problem: result.problem };
      setQuote(result.data);
      return { quote: result.data };
    },
    [locale, t],
  );
  return { quote, quoting, save };
}
