"use client";

import { fill, formatMoney, type Money } from "@vivamarket/format";
import type { QuoteLine, TaxLine } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";

interface Sums {
  readonly lines: readonly QuoteLine[];
  readonly subtotal: Money;
  readonly discount_total: Money;
  readonly shipping: { readonly label: string; readonly price: Money } | null;
  readonly taxes: readonly TaxLine[];
  readonly tax_included: boolean;
  readonly total: Money;
}

interface Props {
  readonly sums: Sums;
  readonly locale: string;
  readonly t: Messages["checkout"];
  /** Whether shipping and tax are known; until then the total is not shown as one. */
  readonly complete: boolean;
}

function percent(rate: TaxLine, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }).format(
    rate.rate_ppm / 1_000_000,
  );
}

/** The lines and sums of a quote or an order, as the server worked them out. */
export function Summary({ sums, locale, t, complete }: Props) {
  const row = "flex justify-between gap-4 py-1";
  return (
    <div>
      <ul className="border-b border-line pb-4">
        {sums.lines.map((line) => (
          <li className="flex justify-between gap-4 py-2" key={line.sku}>
            <span>
              {line.title}
              <span className="block text-[0.9rem] text-muted">
                {line.quantity} × {formatMoney(line.unit_price, locale)}
                {line.variant_title === "" ? "" : ` · ${line.variant_title}`}
              </span>
            </span>
            <span className="font-medium tabular-nums">{formatMoney(line.subtotal, locale)}</span>
          </li>
        ))}
      </ul>
      <dl className="pt-4">
        <div className={row}>
          <dt>{t.subtotal}</dt>
          <dd className="tabular-nums">{formatMoney(sums.subtotal, locale)}</dd>
        </div>
        {sums.discount_total.minor_units === 0 ? null : (
          <div className={row}>
            <dt>{t.discount}</dt>
            <dd className="tabular-nums">−{formatMoney(sums.discount_total, locale)}</dd>
          </div>
        )}
        {complete && sums.shipping === null ? null : (
          <div className={row}>
            <dt>{sums.shipping?.label ?? t.shippingLine}</dt>
            <dd className="tabular-nums">
              {sums.shipping === null ? (
                <span className="text-muted">{t.pending}</span>
              ) : sums.shipping.price.minor_units === 0 ? (
                t.free
              ) : (
                formatMoney(sums.shipping.price, locale)
              )}
            </dd>
          </div>
        )}
        {sums.tax_included
          ? null
          : sums.taxes.map((tax) => (
              <div className={row} key={`${tax.label}-${tax.rate_ppm}`}>
                <dt>{fill(t.taxAdded, { label: tax.label, rate: percent(tax, locale) })}</dt>
                <dd className="tabular-nums">{formatMoney(tax.amount, locale)}</dd>
              </div>
            ))}
        <div className="mt-3 flex items-baseline justify-between gap-4 border-t border-line pt-4 text-xl font-bold">
          <dt>{t.total}</dt>
          <dd className="tabular-nums" data-total={complete ? sums.total.minor_units : undefined}>
            {formatMoney(sums.total, locale)}
          </dd>
        </div>
        {sums.tax_included
          ? sums.taxes.map((tax) => (
              <div className={`${row} text-[0.9rem] text-muted`} key={`${tax.label}-${tax.rate_ppm}`}>
                <dt>{fill(t.taxIncluded, { label: tax.label, rate: percent(tax, locale) })}</dt>
                <dd className="tabular-nums">{formatMoney(tax.amount, locale)}</dd>
              </div>
            ))
          : null}
      </dl>
    </div>
  );
}
