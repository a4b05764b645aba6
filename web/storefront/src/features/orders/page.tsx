"use client";

import { fill, formatDateTime, formatMoney } from "@vivamarket/format";
import { Icon, Spinner } from "@vivamarket/ui";
import { useCallback, useEffect, useRef, useState } from "react";
import { newKey } from "@/api/client.ts";
import { home } from "@/api/place.ts";
import type { Address, Order } from "@/api/types.ts";
import { AccountOffer } from "@/features/account/offer.tsx";
import { readOwnToken, whoIsIn } from "@/features/account/session.ts";
import { KeptAddress } from "@/features/addresses/kept.tsx";
import { CartSkeleton } from "@/features/cart/states.tsx";
import { Picture } from "@/features/catalog/picture.tsx";
import { pictureView, tintOf } from "@/features/catalog/view.ts";
import { Summary } from "@/features/checkout/summary.tsx";
import type { Messages } from "@/messages/index.ts";
import { AfterSales } from "./after.tsx";
import { keepOrder, tokenOf } from "./keys.ts";
import { Parcels } from "./parcels.tsx";
import { cancelOrder, readOrder, startPayment } from "./requests.ts";

interface Props {
  readonly locale: string;
  readonly t: Messages["order"];
  readonly c: Messages["checkout"];
  readonly a: Messages["aftersales"];
  readonly account: Messages["account"];
  readonly addresses: Messages["addresses"];
}

type Found =
  | { readonly kind: "loading" | "missing" | "failed" }
  | { readonly kind: "order"; readonly order: Order; readonly token: string };

/** Return the order's token from this device, else from the account of who is signed in; empty without. */
async function tokenAtHand(id: string): Promise<string> {
  const kept = tokenOf(id);
  if (kept) return kept;
  const visitor = await whoIsIn();
  if (!visitor.ok || visitor.data === null) return "";
  const own = await readOwnToken(id);
  return own.ok ? own.data.token : "";
}

const STEPS = ["placed", "paid", "sent"] as const;

/** The steps that are before an order; nothing is sent of one with only digital lines. */
function stepsOf(order: Order): readonly (typeof STEPS)[number][] {
  return order.lines.some((line) => line.requires_shipping) ? STEPS : STEPS.slice(0, 2);
}

/** How many of the steps an order has behind it; none for one that went another way. */
function stepsDone({ status, fulfillment }: Order): number {
  switch (status) {
    case "pending_payment":
    case "authorized":
      return 1;
    case "paid":
    case "partially_refunded":
      return fulfillment === "fulfilled" ? 3 : 2;
    case "review":
      return 2;
    default:
      return 0;
  }
}

/** Return what happened in the shopper's words; what only the shop's books need is left out. */
function happened(order: Order, t: Messages["order"]): { at: string; words: string }[] {
  return order.timeline.flatMap(({ at, kind }) => {
    const words = t.events[kind.replace(/^order\./, "").replace(".", "_") as keyof typeof t.events];
    return words === undefined ? [] : [{ at, words }];
  });
}

function Steps({ order, t }: { order: Order; t: Messages["order"] }) {
  const { status } = order;
  const steps = stepsOf(order);
  const done = Math.min(stepsDone(order), steps.length);
  const isPartly = order.fulfillment === "partially_fulfilled";
  if (done === 0)
    return <p className="badge bg-sunken text-base">{t.status[status as keyof typeof t.status] ?? status}</p>;
  return (
    <ol aria-label={t.progress} className="grid auto-cols-fr grid-flow-col gap-2">
      {steps.map((step, index) => (
        <li
          aria-current={index === done - 1 ? "step" : undefined}
          className="text-center text-[0.94rem]"
          key={step}
        >
          <span
            className={`mx-auto mb-2 grid size-10 place-items-center rounded-full ${index < done ? "bg-brand text-on-brand" : "bg-sunken text-muted"}`}
          >
            {index < done ? <Icon name="check" /> : <span className="font-bold">{index + 1}</span>}
          </span>
          <span className={index < done ? "font-semibold" : "text-muted"}>
            {step === "sent" && isPartly ? t.status.partially_fulfilled : t.steps[step]}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Place({ title, address, locale }: { title: string; address: Address | null; locale: string }) {
  if (address === null) return null;
  const lines = [
    address.name,
    address.company,
    address.line1,
    address.line2,
    `${address.postal_code} ${address.city}`.trim(),
    address.region,
    new Intl.DisplayNames([locale], { type: "region" }).of(address.country) ?? address.country,
  ];
  return (
    <div>
      <h3 className="mb-1 font-sans text-base font-semibold tracking-normal">{title}</h3>
      <address className="not-italic text-muted">
        {lines
          .filter((line) => line !== "")
          .map((line) => (
            <span className="block" key={line}>
              {line}
            </span>
          ))}
      </address>
    </div>
  );
}

function Missing({
  title,
  text,
  locale,
  t,
  onRetry,
}: {
  title: string;
  text: string;
  locale: string;
  t: Messages["order"];
  onRetry?: () => void;
}) {
  return (
    <div className="py-16 text-center">
      <h1 className="text-4xl">{title}</h1>
      <p className="mt-3 text-lg text-muted">{text}</p>
      <p className="mt-7 flex justify-center gap-3">
        {onRetry ? (
          <button className="btn btn-primary" onClick={onRetry} type="button">
            {t.retry}
          </button>
        ) : null}
        <a className="btn btn-quiet" href={home(locale)}>
          {t.another}
        </a>
      </p>
    </div>
  );
}

/**
 * The confirmation and, from the same link, the tracking page. Opened by `#id=…&token=…`; who is signed in, or
 * has placed the order on this device, needs no token.
 */
export function OrderPage({ locale, t, c, a, account, addresses }: Props) {
  const [found, setFound] = useState<Found>({ kind: "loading" });
  const read = useCallback(async () => {
    const given = new URLSearchParams(location.hash.slice(1));
    const id = given.get("id") ?? "";
    const linked = given.get("token") ?? "";
    const token = linked || (id === "" ? "" : await tokenAtHand(id));
    if (id === "" || token === "") {
      setFound({ kind: "missing" });
      return;
    }
    const result = await readOrder(id, token);
    if (result.ok) {
      if (linked) keepOrder(id, linked);
      setFound({ kind: "order", order: result.data, token });
    } else
      setFound({ kind: result.problem.status >= 400 && result.problem.status < 500 ? "missing" : "failed" });
  }, []);
  useEffect(() => {
    void read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, [read]);
  if (found.kind === "loading") {
    return (
      <>
        <h1 className="mb-6 text-4xl">{t.loading}</h1>
        <CartSkeleton />
      </>
    );
  }
  if (found.kind === "order")
    return (
      <OrderView
        a={a}
        account={account}
        addresses={addresses}
        c={c}
        locale={locale}
        onChange={read}
        order={found.order}
        t={t}
        token={found.token}
      />
    );
  if (found.kind === "missing")
    return <Missing locale={locale} t={t} text={t.missingText} title={t.missing} />;
  return <Missing locale={locale} onRetry={() => void read()} t={t} text="" title={t.failed} />;
}

function OrderView({
  order,
  token,
  locale,
  t,
  c,
  a,
  account,
  addresses,
  onChange,
}: Props & { order: Order; token: string; onChange: () => Promise<void> }) {
  const first = order.shipping_address?.name.split(" ")[0] ?? "";
  const waiting = order.status === "pending_payment";
  const thanks = order.status === "authorized" ? t.heldText : t.thanksText;
  const total = formatMoney(order.total, locale);
  return (
    <div>
      <div className="rounded-[32px] bg-brand-soft px-6 py-9 md:px-10">
        <p className="eyebrow">{fill(t.title, { number: order.number })}</p>
        <h1 className="mt-1 text-[clamp(2.2rem,6vw,4rem)]">
          {waiting ? t.received : fill(t.thanks, { name: first })}
        </h1>
        <p className="mt-3 text-lg">
          {waiting ? t.status.pending_payment : fill(thanks, { email: order.email, total })}
        </p>
        <Actions locale={locale} onChange={onChange} order={order} t={t} token={token} />
      </div>
      <KeptAddress order={order} t={addresses} />
      <div className="mt-10 grid items-start gap-8 lg:grid-cols-[1fr_24rem]">
        <div className="space-y-6">
          <section aria-label={t.progress} className="panel p-6">
            <Steps order={order} t={t} />
          </section>
          <Parcels locale={locale} order={order} t={t} />
          <section className="panel p-6">
            <h2 className="mb-2 text-2xl">{t.products}</h2>
            <ul>
              {order.lines.map((line) => (
                <li
                  className="flex items-center gap-4 border-b border-line py-4 last:border-0"
                  key={line.sku}
                >
                  <span className={`block size-18 shrink-0 overflow-hidden rounded-2xl ${tintOf(line.sku)}`}>
                    <Picture sizes="72px" view={pictureView(line.image, "")} />
                  </span>
                  <span className="flex-1">
                    <a
                      className="font-semibold hover:underline"
                      href={`${home(locale)}p/${line.product_slug}/`}
                    >
                      {line.title}
                    </a>
                    <span className="block text-[0.94rem] text-muted">
                      {line.variant_title} × {line.quantity}
                    </span>
                  </span>
                  <span className="font-bold tabular-nums">{formatMoney(line.subtotal, locale)}</span>
                </li>
              ))}
            </ul>
          </section>
          <section className="panel p-6">
            <h2 className="mb-4 text-2xl">{t.history}</h2>
            <ol className="space-y-3 border-l-2 border-line pl-5">
              {happened(order, t).map((event) => (
                <li key={`${event.at}-${event.words}`}>
                  <span className="block font-medium">{event.words}</span>
                  <time className="text-[0.94rem] text-muted" dateTime={event.at}>
                    {formatDateTime(event.at, locale)}
                  </time>
                </li>
              ))}
            </ol>
          </section>
          {waiting ? null : <AccountOffer locale={locale} order={order} t={account} />}
          <AfterSales locale={locale} order={order} t={a} token={token} />
        </div>
        <section className="panel p-6">
          <h2 className="mb-3 text-2xl">{c.summary}</h2>
          <Summary complete locale={locale} sums={order} t={c} />
          <div className="mt-6 space-y-5 border-t border-line pt-5">
            <Place address={order.shipping_address} locale={locale} title={t.shipTo} />
            <Place address={order.billing_address} locale={locale} title={t.billTo} />
          </div>
        </section>
      </div>
    </div>
  );
}

function Actions({
  order,
  token,
  locale,
  t,
  onChange,
}: Omit<Props, "c" | "a" | "account" | "addresses"> & {
  order: Order;
  token: string;
  onChange: () => Promise<void>;
}) {
  const [working, setWorking] = useState(false);
  const [copied, setCopied] = useState(false);
  const payKey = useRef(newKey());
  const cancelKey = useRef(newKey());
  const pay = async () => {
    setWorking(true);
    const paying = await startPayment(order.id, token, payKey.current);
    if (paying.ok && paying.data.redirect_url !== null) {
      location.assign(paying.data.redirect_url);
      return;
    }
    payKey.current = newKey();
    setWorking(false);
    await onChange();
  };
  const cancel = async () => {
    if (!confirm(t.cancelAsk)) return;
    setWorking(true);
    await cancelOrder(order.id, token, cancelKey.current);
    setWorking(false);
    await onChange();
  };
  const copy = async () => {
    await navigator.clipboard?.writeText(location.href);
    setCopied(true);
  };
  if (order.status === "pending_payment") {
    return (
      <p className="no-print mt-6 flex flex-wrap gap-3">
        <button className="btn btn-primary" disabled={working} onClick={() => void pay()} type="button">
          {working ? <Spinner /> : null}
          {t.payNow}
        </button>
        <button className="btn btn-quiet" disabled={working} onClick={() => void cancel()} type="button">
          {t.cancel}
        </button>
      </p>
    );
  }
  return (
    <>
      <p className="no-print mt-6 flex flex-wrap gap-3">
        <button className="btn btn-quiet" onClick={() => void copy()} type="button">
          {copied ? t.copied : t.copy}
        </button>
        <button className="btn btn-quiet" onClick={() => print()} type="button">
          {t.print}
        </button>
        <a className="btn btn-quiet" href={home(locale)}>
          {t.another}
        </a>
        {order.status === "authorized" ? (
          <button className="btn btn-quiet" disabled={working} onClick={() => void cancel()} type="button">
            {t.cancel}
          </button>
        ) : null}
      </p>
      <p className="no-print mt-3 text-[0.94rem]">{t.keepLink}</p>
    </>
  );
}
