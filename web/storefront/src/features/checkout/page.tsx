"use client";

import { fill, formatMoney } from "@vivamarket/format";
import { Icon, Spinner } from "@vivamarket/ui";
import { useEffect, useRef, useState } from "react";
import { api, read } from "@/api/client.ts";
import type { Address, Cart, Country, Problem } from "@/api/types.ts";
import { CartSkeleton, FailedCart } from "@/features/cart/states.tsx";
import { readCart, useCart } from "@/features/cart/store.ts";
import { EmptyCart } from "@/features/cart/view.tsx";
import type { Messages } from "@/messages/index.ts";
import { useAddressForm } from "./address-form.ts";
import { AddressFields, TextField } from "./fields.tsx";
import { addressErrors, type CheckoutForm, EMPTY_ADDRESS, type FieldError, formErrors } from "./form.ts";
import { type Known, whoShops } from "./known.ts";
import { Notice, type NoticeContent } from "./notice.tsx";
import { Section, ShippingOptions, Terms } from "./parts.tsx";
import { noticeFor, placeAndPay } from "./place.ts";
import { type Saved, useQuote } from "./quote.ts";
import { Summary } from "./summary.tsx";

const SAVE_WAIT_MS = 350;

interface Props {
  readonly locale: string;
  readonly t: Messages["checkout"];
  readonly c: Messages["cart"];
  readonly a: Messages["addresses"];
}

interface ShopFacts {
  readonly countries: readonly Country[];
  readonly home: string;
}

function startingForm(cart: Cart, shop: ShopFacts, known: Known): CheckoutForm {
  const empty = { ...EMPTY_ADDRESS, country: shop.home };
  const { details } = cart;
  const book = known?.book;
  const own = book ? known.own.addressOf(book, book.shipping_default) : null;
  const billing = book ? known.own.addressOf(book, book.billing_default) : null;
  return {
    email: details.email || known?.email || "",
    shipping: details.shipping_address ?? own ?? empty,
    billingSame: !book || book.billing_default === book.shipping_default,
    billing: billing ?? empty,
    method: details.shipping_method ?? "",
  };
}

/** One-page guest checkout: everything typed is saved, every price comes from the server's quote. */
export function CheckoutPage({ locale, t, c, a }: Props) {
  const { cart, status } = useCart();
  const [shop, setShop] = useState<ShopFacts | null>(null);
  const [known, setKnown] = useState<Known | "asking">("asking");
  useEffect(() => {
    void readCart();
    void whoShops().then(setKnown);
    void read(() => api.GET("/api/v1/shop", { params: { query: { locale } } })).then((result) =>
      setShop(
        result.ok
          ? { countries: result.data.countries, home: result.data.home_country }
          : { countries: [], home: "" },
      ),
    );
  }, [locale]);
  if (status === "failed") return <FailedCart t={c} />;
  if ((cart === null && status !== "ready") || shop === null || known === "asking") return <CartSkeleton />;
  if (cart === null || cart.lines.length === 0) return <EmptyCart locale={locale} t={c} />;
  return <CheckoutForms a={a} cart={cart} known={known} locale={locale} shop={shop} t={t} />;
}

type Phase = "filling" | "placing" | "redirecting";

interface FormsProps extends Omit<Props, "c"> {
  readonly cart: Cart;
  readonly shop: ShopFacts;
  readonly known: Known;
}

function CheckoutForms({ cart, shop, known, locale, t, a }: FormsProps) {
  const [form, setForm] = useState(() => startingForm(cart, shop, known));
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [notice, setNotice] = useState<NoticeContent | null>(null);
  const [phase, setPhase] = useState<Phase>("filling");
  const { quote, quoting, save } = useQuote(locale, t);
  const [keep, setKeep] = useState(false);
  const noticeRef = useRef<HTMLDivElement>(null);
  const rules = {
    shipping: useAddressForm(form.shipping.country),
    billing: useAddressForm(form.billing.country),
  };
  const { countries } = shop;
  const whole = addressErrors(form.shipping, rules.shipping, "shipping", t).length === 0;

  const refresh = async (next: CheckoutForm, waitMs: number): Promise<Saved> => {
    const saved = await save(next, rules, waitMs);
    if (saved === null || "problem" in saved) return saved;
    const options = saved.quote.shipping_options;
    const first = options[0];
    if (!first || options.some((option) => option.method === next.method)) return saved;
    setForm((now) => ({ ...now, method: first.method }));
    return save({ ...next, method: first.method }, rules, 0);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per country; later changes save themselves
  useEffect(() => {
    void refresh(form, 0);
  }, [rules.shipping]);
  useEffect(() => {
    if (notice !== null || errors.length > 0) noticeRef.current?.focus();
  }, [notice, errors]);

  const change = (next: CheckoutForm) => {
    setForm(next);
    if (errors.length === 0) return;
    setErrors(formErrors(next, rules, t).filter((error) => errors.some((old) => old.id === error.id)));
  };
  const choose = (method: string) => {
    const next = { ...form, method };
    change(next);
    void refresh(next, 0);
  };
  const setAddress = (side: "shipping" | "billing") => (address: Address) => {
    const next = { ...form, [side]: address };
    change(next);
    void refresh(next, SAVE_WAIT_MS);
  };
  const fail = (problem: Problem) => {
    setNotice(noticeFor(problem, quote, cart, locale, t));
    if (problem.code === "quote_changed") void refresh(form, 0);
    setPhase("filling");
  };
  const submit = async () => {
    const found = formErrors(form, rules, t);
    setErrors(found);
    setNotice(null);
    if (found.length > 0 || phase !== "filling") return;
    setPhase("placing");
    const saved = await refresh(form, 0);
    if (saved === null) return setPhase("filling");
    if ("problem" in saved) return fail(saved.problem);
    // Only what stood on the page is ordered: a total that appears just now waits for another click.
    if (quote === null || !quote.complete) return setPhase("filling");
    if (saved.quote.hash !== quote.hash) {
      return fail({ code: "quote_changed", status: 409, detail: "", fields: { quote: saved.quote } });
    }
    const problem = await placeAndPay(cart, quote.hash, locale, (orderId) => {
      setPhase("redirecting");
      if (keep && known?.book && known.own.canKeep(known.book, form.shipping)) known.own.keepLater(orderId);
    });
    if (problem !== null) fail(problem);
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
        <div className="empty:hidden focus:outline-none" ref={noticeRef} tabIndex={-1}>
          {errors.length > 0 ? (
            <Notice content={{ title: t.errors, errors }} />
          ) : notice === null ? null : (
            <Notice content={notice} />
          )}
        </div>
        <Section number={1} title={t.contact}>
          <TextField
            autoComplete="email"
            errors={errors}
            hint={t.emailHint}
            id="email"
            label={t.email}
            onChange={(email) => change({ ...form, email })}
            onLeave={() => void refresh(form, SAVE_WAIT_MS)}
            required
            type="email"
            value={form.email}
          />
        </Section>
        <Section number={2} title={t.delivery}>
          {known?.book ? (
            <known.own.AddressChoice
              book={known.book}
              chosen={form.shipping}
              onChoose={setAddress("shipping")}
              t={a}
            />
          ) : null}
          <AddressFields
            address={form.shipping}
            rules={rules.shipping}
            countries={countries}
            errors={errors}
            onChange={setAddress("shipping")}
            onLeave={() => void refresh(form, SAVE_WAIT_MS)}
            prefix="shipping"
            t={t}
          />
          {known?.book ? (
            <known.own.KeepAddress
              address={form.shipping}
              book={known.book}
              keep={keep}
              onKeep={setKeep}
              t={a}
            />
          ) : null}
        </Section>
        <Section number={3} title={t.shipping}>
          <ShippingOptions
            chosen={form.method}
            locale={locale}
            onChoose={choose}
            quote={whole ? quote : null}
            t={t}
          />
        </Section>
        <Section number={4} title={t.payment}>
          <p className="mb-4 flex gap-3 text-muted">
            <Icon className="size-6 shrink-0 text-brand-text" name="lock" />
            {t.paymentText}
          </p>
          <label className="flex min-h-11 items-center gap-3">
            <input
              checked={form.billingSame}
              className="size-5 accent-brand"
              onChange={(event) => change({ ...form, billingSame: event.target.checked })}
              type="checkbox"
            />
            {t.billingSame}
          </label>
          {form.billingSame ? null : (
            <fieldset className="mt-5">
              <legend className="mb-4 text-lg font-semibold">{t.billing}</legend>
              <AddressFields
                address={form.billing}
                rules={rules.billing}
                countries={countries}
                errors={errors}
                onChange={setAddress("billing")}
                onLeave={() => void refresh(form, SAVE_WAIT_MS)}
                prefix="billing"
                t={t}
              />
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
          {phase === "placing"
            ? t.placing
            : phase === "redirecting"
              ? t.redirecting
              : quote?.complete
                ? fill(t.payAmount, { amount: formatMoney(quote.total, locale) })
                : t.pay}
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
