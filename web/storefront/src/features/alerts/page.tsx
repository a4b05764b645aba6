"use client";

import { fill } from "@vivamarket/format";
import { useEffect, useState } from "react";
import { api, read } from "@/api/client.ts";
import { home } from "@/api/place.ts";
import { done } from "@/features/account/session.ts";
import type { Messages } from "@/messages/index.ts";

interface Props {
  readonly locale: string;
  readonly a: Messages["stockAlert"];
}

type Wish = { readonly does: "confirm" | "stop"; readonly token: string };

function fromAddress(): Wish | null {
  const named = new URLSearchParams(location.hash.slice(1));
  const token = named.get("token");
  if (!token) return null;
  return { does: named.get("do") === "stop" ? "stop" : "confirm", token };
}

/** Where the mail about an alert leads: nothing happens before a button is pressed. */
export function StockAlertPage({ locale, a }: Props) {
  const [wish, setWish] = useState<Wish | null | "loading">("loading");
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    const open = () => {
      setWish(fromAddress());
      setTold(null);
    };
    open();
    addEventListener("hashchange", open);
    return () => removeEventListener("hashchange", open);
  }, []);

  async function press({ does, token }: Wish) {
    if (does === "confirm") {
      const params = { query: { locale } };
      const result = await read(() => api.POST("/api/v1/stock-alerts/confirm", { params, body: { token } }));
      if (result.ok) setTold(fill(a.confirmed, { title: result.data.title ?? result.data.sku }));
      else setTold(result.problem.code === "alert_not_found" ? a.gone : a.failed);
      return;
    }
    const send = () => api.POST("/api/v1/stock-alerts/stop", { body: { token } });
    const result = await read(done(null, send));
    if (result.ok) setTold(a.stopped);
    else setTold(result.problem.code === "alert_not_found" ? a.gone : a.failed);
  }

  const open = wish !== "loading" && wish !== null && told === null ? wish : null;
  return (
    <div className="mx-auto max-w-md pb-16 text-center">
      <h1 className="text-4xl">{a.title}</h1>
      <p aria-live="polite" className="mt-4 text-lg" role="status">
        {told ?? (wish === null ? a.gone : null)}
      </p>
      {open ? (
        <>
          <p className="text-lg text-muted">{open.does === "stop" ? a.stopLead : a.confirmLead}</p>
          <button className="btn btn-primary mt-6" onClick={() => void press(open)} type="button">
            {open.does === "stop" ? a.stopButton : a.confirmButton}
          </button>
        </>
      ) : null}
      {open === null && wish !== "loading" ? (
        <a className="btn btn-quiet mt-6" href={home(locale)}>
          {a.toShop}
        </a>
      ) : null}
    </div>
  );
}
