"use client";

import { Icon, type IconName, Spinner } from "@vivamarket/ui";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { newKey } from "@/api/client.ts";
import { home } from "@/api/place.ts";
import type { Order } from "@/api/types.ts";
import { forgetCart } from "@/features/cart/store.ts";
import type { Messages } from "@/messages/index.ts";
import { orderAddress, tokenOf } from "./keys.ts";
import { readOrder, settleOrder, startPayment } from "./requests.ts";

const POLLS_MAX = 12;
const POLL_DELAY_MS = 1_500;
const PAID = new Set([
  "authorized",
  "paid",
  "partially_fulfilled",
  "fulfilled",
  "completed",
  "partially_refunded",
  "refunded",
  "review",
]);
const OVER = new Set(["expired", "canceled", "canceling"]);

type View = "checking" | "slow" | "declined" | "canceled" | "over" | "unknown";

interface Props {
  readonly locale: string;
  readonly t: Messages["payment"];
}

function viewOf(order: Order, left: boolean): View {
  if (OVER.has(order.status)) return "over";
  if (order.payment?.status === "failed" || order.payment?.failure_code) return "declined";
  return left ? "canceled" : "checking";
}

function Scene({
  icon,
  tone,
  title,
  text,
  children,
}: {
  icon: IconName | null;
  tone: string;
  title: string;
  text: string;
  children?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center py-10 text-center">
      <span className={`grid size-28 place-items-center rounded-full ${tone}`}>
        {icon === null ? <Spinner className="size-12" /> : <Icon className="size-12" name={icon} />}
      </span>
      <h1 className="mt-7 text-[clamp(1.9rem,5vw,3rem)]">{title}</h1>
      <p className="mt-3 text-lg text-muted">{text}</p>
      {children ? <div className="mt-8 flex flex-wrap justify-center gap-3">{children}</div> : null}
    </div>
  );
}

/** Where the payment page sends the shopper back to: settles, waits a bounded while, then says how it went. */
export function PaymentReturn({ locale, t }: Props) {
  const [view, setView] = useState<View>("checking");
  const [order, setOrder] = useState<Order | null>(null);
  const [working, setWorking] = useState(false);
  const settleKey = useRef(newKey());
  const payKey = useRef(newKey());

  const check = useCallback(async () => {
    const given = new URLSearchParams(location.search);
    const id = given.get("order") ?? "";
    const token = tokenOf(id);
    if (token === null) {
      setView("unknown");
      return;
    }
    setView("checking");
    for (let poll = 0; poll < POLLS_MAX; poll += 1) {
      const result =
        poll === 0 ? await settleOrder(id, token, settleKey.current) : await readOrder(id, token);
      if (result.ok) {
        setOrder(result.data);
        if (PAID.has(result.data.status)) {
          forgetCart();
          location.replace(orderAddress(locale, id, token));
          return;
        }
        const now = viewOf(result.data, given.has("canceled"));
        if (now !== "checking") {
          setView(now);
          return;
        }
      } else if (
        result.problem.status === 404 ||
        result.problem.status === 401 ||
        result.problem.status === 403
      ) {
        setView("unknown");
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_DELAY_MS));
    }
    settleKey.current = newKey();
    setView("slow");
  }, [locale]);

  useEffect(() => {
    void check();
  }, [check]);

  const payAgain = async () => {
    const id = new URLSearchParams(location.search).get("order") ?? "";
    const token = tokenOf(id);
    if (token === null || working) return;
    setWorking(true);
    const paying = await startPayment(id, token, payKey.current);
    if (paying.ok && paying.data.redirect_url !== null) {
      location.assign(paying.data.redirect_url);
      return;
    }
    payKey.current = newKey();
    setWorking(false);
    void check();
  };
  const again = (
    <button className="btn btn-primary" disabled={working} onClick={() => void payAgain()} type="button">
      {working ? <Spinner /> : null}
      {t.tryAgain}
    </button>
  );
  const token = order === null ? null : tokenOf(order.id);
  const toOrder =
    order === null || token === null ? null : (
      <a className="btn btn-quiet" href={orderAddress(locale, order.id, token)}>
        {t.toOrder}
      </a>
    );
  const toShop = (
    <a className="btn btn-quiet" href={home(locale)}>
      {t.backToShop}
    </a>
  );
  const reason = t.reasons[(order?.payment?.failure_code ?? "") as keyof typeof t.reasons] ?? "";
  return (
    <div aria-live="polite">
      {view === "checking" ? (
        <Scene icon={null} text={t.checkingText} title={t.checking} tone="bg-brand-soft text-brand-text" />
      ) : null}
      {view === "slow" ? (
        <Scene icon="lock" text={t.slowText} title={t.slow} tone="bg-lemon text-[#16261c]">
          <button className="btn btn-primary" onClick={() => void check()} type="button">
            {t.refresh}
          </button>
        </Scene>
      ) : null}
      {view === "declined" ? (
        <Scene
          icon="alert"
          text={`${reason} ${t.declinedText}`.trim()}
          title={t.declined}
          tone="bg-tomato-soft text-tomato"
        >
          {again}
          {toOrder}
        </Scene>
      ) : null}
      {view === "canceled" ? (
        <Scene icon="back" text={t.canceledText} title={t.canceled} tone="bg-lemon text-[#16261c]">
          {again}
          {toOrder}
        </Scene>
      ) : null}
      {view === "over" ? (
        <Scene icon="box" text={t.expiredText} title={t.expired} tone="bg-sunken">
          {toShop}
        </Scene>
      ) : null}
      {view === "unknown" ? (
        <Scene icon="alert" text={t.unknownText} title={t.unknown} tone="bg-sunken">
          {toShop}
        </Scene>
      ) : null}
    </div>
  );
}
