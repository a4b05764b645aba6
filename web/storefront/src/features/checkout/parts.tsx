"use client";

import { fill, formatMoney } from "@vivamarket/format";
import type { ReactNode } from "react";
import { home } from "@/api/place.ts";
import type { Quote } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";

/** One numbered step of the page. */
export function Section({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <section className="panel p-5 md:p-7">
      <h2 className="mb-5 flex items-center gap-3 text-2xl">
        <span
          aria-hidden="true"
          className="grid size-8 place-items-center rounded-full bg-lemon font-sans text-base font-bold text-[#16261c]"
        >
          {number}
        </span>
        {title}
      </h2>
      {children}
    </section>
  );
}

interface ShippingProps {
  /** Null until the address is whole and priced. */
  readonly quote: Quote | null;
  readonly chosen: string;
  readonly locale: string;
  readonly t: Messages["checkout"];
  readonly onChoose: (method: string) => void;
}

/** The ways of shipping with their prices and days. */
export function ShippingOptions({ quote, chosen, locale, t, onChoose }: ShippingProps) {
  if (quote === null) return <p className="text-muted">{t.shippingWait}</p>;
  if (quote.shipping_options.length === 0) return <p className="font-medium text-tomato">{t.shippingNone}</p>;
  return (
    <fieldset className="space-y-3" id="shipping-method" tabIndex={-1}>
      <legend className="sr-only">{t.shipping}</legend>
      {quote.shipping_options.map((option) => (
        <label
          className="flex items-center gap-4 rounded-2xl border-[1.5px] border-line px-4 py-3.5 hover:border-ink has-checked:border-brand has-checked:bg-brand-soft"
          key={option.method}
        >
          <input
            checked={chosen === option.method}
            className="size-5 accent-brand"
            name="shipping-method"
            onChange={() => onChoose(option.method)}
            type="radio"
            value={option.method}
          />
          <span className="flex-1">
            <span className="block font-semibold">{option.label}</span>
            <span className="text-[0.94rem] text-muted">
              {fill(option.days_min === option.days_max && option.days_min === 1 ? t.oneDay : t.days, {
                min: option.days_min,
                max: option.days_max,
              })}
            </span>
          </span>
          <span className="font-bold tabular-nums">
            {option.price.minor_units === 0 ? t.free : formatMoney(option.price, locale)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** What ordering agrees to. */
export function Terms({ locale, t }: { locale: string; t: Messages["checkout"] }) {
  const [before = "", between = "", after = ""] = t.terms.split(/\{returns\}|\{privacy\}/);
  return (
    <>
      {before}
      <a className="underline" href={`${home(locale)}info/returns/`}>
        {t.termsReturns}
      </a>
      {between}
      <a className="underline" href={`${home(locale)}info/privacy/`}>
        {t.termsPrivacy}
      </a>
      {after}
    </>
  );
}
