"use client";

import { fill, formatMoney, type Money } from "@vivamarket/format";
import { Icon, Spinner } from "@vivamarket/ui";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { ask, newKey } from "@/api/client.ts";
import type { Address, Cart, Country, Problem, Quote } from "@/api/types.ts";
import { CartSkeleton, EmptyCart, FailedCart } from "@/features/cart/states.tsx";
import { cartId, forgetCart, readCart, setDetails, useCart } from "@/features/cart/store.ts";
import { keepOrder, placeKey } from "@/features/orders/keys.ts";
import type { Messages } from "@/messages/index.ts";
import { AddressFields, TextField } from "./fields.tsx";
import { addressErrors, type CheckoutForm, detailsOf, EMPTY_ADDRESS, type FieldError, formErrors } from "./form.ts";
import { Notice, type NoticeContent } from "./notice.tsx";
import { Summary } from "./summary.tsx";

const SAVE_WAIT_MS = 350;

interface Props {
  readonly locale: string;
  readonly t: Messages["checkout"];
  readonly c: Messages["cart"];
}

interface ShopData {
  readonly countries: readonly Country[];
}

function startingForm(cart: Cart, countries: readonly Country[], locale: string): CheckoutForm {
  const home = countries.find((country) => country.code === (locale === "es" ? "ES" : "IE")) ?? countries[0];
  const empty = { ...EMPTY_ADDRESS, country: home?.code ?? "" };
  const { details } = cart;
  return {
    email: details.email ?? "",
    shipping: details.shipping_address ?? empty,
    billingSame: true,
    billing: empty,
    method: details.shipping_method ?? "",
  };
}

/** What changed between the quote the shopper saw and the one the server makes now. */
function changesBetween(before: Quote, after: Quote, locale: string, t: Messages["checkout"]): readonly string[] {
  const show = (label: string, old: Money | undefined, now: Money) =>
    old !== undefined && old.minor_units !== now.minor_units
      ? [fill(t.changedFrom, { label, old: formatMoney(old, locale), new: formatMoney(now, locale) })]
      : [];
  return [
    ...after.lines.flatMap((line) => show(line.title, before.lines.find((old) => old.sku === line.sku)?.unit_price, line.unit_price)),
    ...(after.shipping ? show(after.shipping.label, before.shipping?.price, after.shipping.price) : []),
    ...show(t.total, before.total, after.total),
  ];
}

function Section({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <section className="panel p-5 md:p-7">
      <h2 className="mb-5 flex items-center gap-3 text-2xl">
        <span aria-hidden="true" className="grid size-8 place-items-center rounded-full bg-lemon font-sans text-base font-bold text-[#16261c]">
          {number}
        </span>
        {title}
      </h2>
      {children}
    </section>
  );
}

function ShippingOptions({ quote, form, locale, t, onChoose }: { quote: Quote | null; form: CheckoutForm; locale: string; t: Messages["checkout"]; onChoose: (method: string) => void }) {
  const hasAddress = addressErrors(form.shipping, "shipping", t).length === 0;
  if (!hasAddress || quote === null) return <p className="text-muted">{t.shippingWait}</p>;
  if (quote.shipping_options.length === 0) return <p className="font-medium text-tomato">{t.shippingNone}</p>;
  return (
    <fieldset className="space-y-3" id="shipping-method" tabIndex={-1}>
      <legend className="sr-only">{t.shipping}</legend>
      {quote.shipping_options.map((option) => (
        <label
          className="flex items-center gap-4 rounded-2xl border-[1.5px] border-line px-4 py-3.5 hover:border-ink has-checked:border-brand has-checked:bg-brand-soft"
          key={option.method}
        >
          <input checked={form.method === option.method} className="size-5 accent-brand" name="shipping-method" onChange={() => onChoose(option.method)} type="radio" value={option.method} />
          <span className="flex-1">
            <span className="block font-semibold">{option.label}</span>
            <span className="text-[0.94rem] text-muted">
              {fill(option.days_min === option.days_max && option.days_min === 1 ? t.oneDay : t.days, { min: option.days_min, max: option.days_max })}
            </span>
          </span>
          <span className="font-bold tabular-nums">{option.price.minor_units === 0 ? t.free : formatMoney(option.price, locale)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** One-page guest checkout: everything typed is saved, every price comes from the server's quote. */
export function CheckoutPage({ locale, t, c }: Props) {
  const { cart, status } = useCart();
  const [countries, setCountries] = useState<readonly Country[] | null>(null);
  useEffect(() => {
    void readCart();
    void ask<ShopData>(`/shop?locale=${locale}`).then((result) => setCountries(result.ok ? result.data.countries : []));
  }, [locale]);
  if (status === "failed") return <FailedCart t={c} />;
  if ((cart === null && status !== "ready") || countries === null) return <CartSkeleton />;
  if (cart === null || cart.lines.length === 0) return <EmptyCart locale={locale} t={c} />;
  return <CheckoutForms cart={cart} countries={countries} locale={locale} t={t} />;
}

type Phase = "filling" | "placing" | "redirecting";

function CheckoutForms({ cart, countries, locale, t }: Omit<Props, "c"> & { cart: Cart; countries: readonly Country[] }) {
  const [form, setForm] = useState(() => startingForm(cart, countries, locale));
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [notice, setNotice] = useState<NoticeContent | null>(null);
  const [phase, setPhase] = useState<Phase>("filling");
  const { quote, quoting, save, setQuote } = useQuote(locale, t);
  const noticeRef = useRef<HTMLDivElement>(null);

  useEffect(() => {
    void save(form, 0);
    // Only the first time: later changes save themselves.
    // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  }, []);
  useEffect(() => {
    if (notice !== null || errors.length > 0) noticeRef.current?.focus();
  }, [notice, errors]);
  useEffect(() => {
    const only = quote?.shipping_options.length === 1 || form.method === "" ? quote?.shipping_options[0] : undefined;
    if (only && form.method !== only.method) choose(only.method);
    // biome-ignore lint/correctness/useExhaustiveDependencies: reacts to a new quote only
  }, [quote]);

  const change = (next: CheckoutForm) => {
    setForm(next);
    if (errors.length > 0) setErrors(formErrors(next, t).filter((error) => errors.some((old) => old.id === error.id)));
  };
  const choose = (method: string) => {
    const next = { ...form, method };
    change(next);
    void save(next, 0);
  };
  const setAddress = (side: "shipping" | "billing") => (address: Address) => {
    const next = { ...form, [side]: address };
    change(next);
    void save(next, SAVE_WAIT_MS);
  };
  const submit = async () => {
    const found = formErrors(form, t);
    setErrors(found);
    setNotice(null);
    if (found.length > 0 || phase !== "filling") return;
    setPhase("placing");
    const fresh = await save(form, 0);
    const failed = (problem: Problem) => {
      setNotice(noticeFor(problem, fresh, cart, locale, t));
      if (problem.code === "quote_changed") setQuote(problem.fields.quote as Quote);
      setPhase("filling");
    };
    if (fresh === null) return failed({ code: "offline", status: 0, detail: "", fields: {} });
    if (quote !== null && fresh.hash !== quote.hash && fresh.total.minor_units !== quote.total.minor_units) {
      return failed({ code: "quote_changed", status: 409, detail: "", fields: { quote: fresh, seen: quote } });
    }
    const problem = await placeAndPay(cart.id, fresh.hash, () => setPhase("redirecting"));
    if (problem !== null) failed(problem);
  };

  return (
    <form
      className="grid items-start gap-8 lg:grid-cols-[1fr_24rem]"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="space-y-5">
        <div className="focus:outline-none" ref={noticeRef} tabIndex={-1}>
          {errors.length > 0 ? <Notice content={{ title: t.errors, errors }} /> : notice === null ? null : <Notice content={notice} />}
        </div>
        <Section number={1} title={t.contact}>
          <TextField
            autoComplete="email"
            errors={errors}
            hint={t.emailHint}
            id="email"
            label={t.email}
            onChange={(email) => change({ ...form, email })}
            onLeave={() => void save(form, SAVE_WAIT_MS)}
            required
            type="email"
            value={form.email}
          />
        </Section>
        <Section number={2} title={t.delivery}>
          <AddressFields address={form.shipping} countries={countries} errors={errors} onChange={setAddress("shipping")} onLeave={() => void save(form, SAVE_WAIT_MS)} prefix="shipping" t={t} />
        </Section>
        <Section number={3} title={t.shipping}>
          <ShippingOptions form={form} locale={locale} onChoose={choose} quote={quote} t={t} />
        </Section>
        <Section number={4} title={t.payment}>
          <p className="mb-4 flex gap-3 text-muted">
            <Icon className="size-6 shrink-0 text-brand-text" name="lock" />
            {t.paymentText}
          </p>
          <label className="flex min-h-11 items-center gap-3">
            <input checked={form.billingSame} className="size-5 accent-brand" onChange={(event) => change({ ...form, billingSame: event.target.checked })} type="checkbox" />
            {t.billingSame}
          </label>
          {form.billingSame ? null : (
            <fieldset className="mt-5">
              <legend className="mb-4 text-lg font-semibold">{t.billing}</legend>
              <AddressFields address={form.billing} countries={countries} errors={errors} onChange={setAddress("billing")} onLeave={() => void save(form, SAVE_WAIT_MS)} prefix="billing" t={t} />
            </fieldset>
          )}
        </Section>
      </div>
      <section aria-busy={quoting} aria-label={t.summary} className="panel p-6 lg:sticky lg:top-44">
        <h2 className="mb-3 text-2xl">{t.summary}</h2>
        {quote === null ? (
          <div aria-hidden="true" className="space-y-3">
            <div className="skeleton h-6" />
            <div className="skeleton h-6" />
            <div className="skeleton h-10" />
          </div>
        ) : (
          <Summary complete={quote.complete} locale={locale} sums={quote} t={t} />
        )}
        <button className="btn btn-primary mt-5 w-full text-lg" disabled={phase !== "filling"} type="submit">
          {phase === "filling" ? <Icon name="lock" /> : <Spinner />}
          {phase === "placing" ? t.placing : phase === "redirecting" ? t.redirecting : quote?.complete ? fill(t.payAmount, { amount: formatMoney(quote.total, locale) }) : t.pay}
        </button>
        <p className="mt-3 text-center text-[0.9rem] text-muted">
          <Terms locale={locale} t={t} />
        </p>
        <p aria-live="polite" className="sr-only">
          {quoting ? t.quoting : ""}
        </p>
      </section>
    </form>
  );
}

function Terms({ locale, t }: { locale: string; t: Messages["checkout"] }) {
  const [before = "", between = "", after = ""] = t.terms.split(/\{returns\}|\{privacy\}/);
  return (
    <>
      {before}
      <a className="underline" href={`/${locale}/returns/`}>
        {t.termsReturns}
      </a>
      {between}
      <a className="underline" href={`/${locale}/privacy/`}>
        {t.termsPrivacy}
      </a>
      {after}
    </>
  );
}

/** Save what is typed and read the quote that follows from it; the last call wins. */
function useQuote(locale: string, t: Messages["checkout"]) {
  const [quote, setQuote] = useState<Quote | null>(null);
  const [quoting, setQuoting] = useState(false);
  const turn = useRef(0);
  const saved = useRef("");
  const save = useCallback(
    async (form: CheckoutForm, waitMs: number): Promise<Quote | null> => {
      turn.current += 1;
      const mine = turn.current;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (mine !== turn.current) return null;
      setQuoting(true);
      const details = detailsOf(form, locale, t);
      const text = JSON.stringify(details);
      if (text !== saved.current) {
        const result = await setDetails(details);
        if (result.ok) saved.current = text;
      }
      const result = await ask<Quote>(`/carts/${cartId() ?? ""}/quote`);
      if (mine === turn.current) setQuoting(false);
      if (!result.ok || mine !== turn.current) return null;
      setQuote(result.data);
      return result.data;
    },
    [locale, t],
  );
  return { quote, quoting, save, setQuote };
}

/** Place the order, then open the payment page. Return what went wrong, or null while leaving. */
async function placeAndPay(cart: string, quoteHash: string, onPlaced: () => void): Promise<Problem | null> {
  const placed = await ask<{ order: { id: string }; token: string }>("/orders", {
    method: "POST",
    body: { cart_id: cart, quote_hash: quoteHash },
    key: placeKey(cart, quoteHash),
  });
  if (!placed.ok) return placed.problem;
  const { order, token } = placed.data;
  keepOrder(order.id, token);
  onPlaced();
  const paying = await ask<{ redirect_url: string }>(`/orders/${order.id}/payment`, { method: "POST", body: {}, key: newKey(), token });
  forgetCart();
  const here = location.pathname.split("/")[1] ?? "en";
  location.assign(paying.ok ? paying.data.redirect_url : `/${here}/checkout/return/?${new URLSearchParams({ order: order.id, canceled: "1" })}`);
  return null;
}

function noticeFor(problem: Problem, seen: Quote | null, cart: Cart, locale: string, t: Messages["checkout"]): NoticeContent {
  if (problem.code === "quote_changed") {
    const before = (problem.fields.seen as Quote | undefined) ?? seen;
    const after = problem.fields.quote as Quote | undefined;
    const changes = before && after ? changesBetween(before, after, locale, t) : [];
    return { title: t.changed, text: t.changedText, lines: changes };
  }
  if (problem.code === "out_of_stock") {
    const skus = (problem.fields.skus as readonly { sku: string; available: number }[] | undefined) ?? [];
    const lines = skus.map((short) =>
      fill(t.outOfStockLine, { title: cart.lines.find((line) => line.sku === short.sku)?.title ?? short.sku, count: short.available }),
    );
    return { title: t.outOfStock, text: t.outOfStockText, lines, link: { href: `/${locale}/cart/`, words: t.showSummary } };
  }
  if (problem.code === "cart_already_ordered") return { title: t.ordered };
  return { title: t.failed, text: problem.detail === "" ? t.failedText : problem.detail };
}
