import type { OrderLine, Payment, Refund, Reservation } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { Section, Sum, Sums } from "../../shell/section.tsx";
import { Below, type Column, Empty, Table } from "../../shell/table.tsx";
import { Amount, asWords, Code, Moment, Status } from "../../shell/values.tsx";
import type { OrderFile } from "./use-order.ts";

const PPM_PER_PERCENT = 10_000;

interface Part {
  readonly file: OrderFile;
}

/** The goods and what they come to. */
export function Lines({ file: { order } }: Part) {
  const translate = useTranslate();
  const columns: readonly Column<OrderLine>[] = [
    {
      name: "product",
      title: translate("va.line.product"),
      cell: (line) => (
        <>
          {line.title}
          {line.variant_title !== "" && <Below>{line.variant_title}</Below>}
          <Below>
            <Code>{line.sku}</Code>
          </Below>
          {!line.requires_shipping && <Below>{translate("va.line.digital")}</Below>}
        </>
      ),
    },
    {
      name: "price",
      title: translate("va.line.price"),
      numeric: true,
      wideOnly: true,
      cell: (line) => <Amount value={line.unit_price} />,
    },
    { name: "quantity", title: translate("va.line.quantity"), numeric: true, cell: (line) => line.quantity },
    {
      name: "tax",
      title: translate("va.line.tax"),
      numeric: true,
      wideOnly: true,
      cell: (line) => <Amount value={line.tax} />,
    },
    {
      name: "total",
      title: translate("va.line.total"),
      numeric: true,
      cell: (line) => <Amount value={line.total} />,
    },
  ];
  return (
    <Section title={translate("va.line.title")}>
      <Table
        caption={translate("va.line.title")}
        columns={columns}
        keyOf={(line) => String(line.position)}
        rows={order.lines}
      />
      <OrderSums file={{ order }} />
    </Section>
  );
}

function OrderSums({ file: { order } }: { file: Pick<OrderFile, "order"> }) {
  const translate = useTranslate();
  const percent = new Intl.NumberFormat(useLocale(), { maximumFractionDigits: 2 });
  return (
    <Sums>
      <Sum name={translate("va.sum.subtotal")}>
        <Amount value={order.subtotal} />
      </Sum>
      {order.discount_total.minor_units > 0 && (
        <Sum name={translate("va.sum.discounts")}>
          <Amount negative value={order.discount_total} />
        </Sum>
      )}
      {order.shipping !== null && (
        <Sum name={translate("va.sum.shipping", { method: order.shipping.label })}>
          <Amount value={order.shipping.price} />
        </Sum>
      )}
      {order.taxes.map((tax) => (
        <Sum
          key={`${tax.label} ${tax.rate_ppm}`}
          name={translate(order.tax_included ? "va.sum.tax_included" : "va.sum.tax", {
            label: tax.label,
            rate: percent.format(tax.rate_ppm / PPM_PER_PERCENT),
          })}
        >
          <Amount value={tax.amount} />
        </Sum>
      ))}
      <Sum name={translate("va.sum.total")} strong>
        <Amount value={order.total} />
      </Sum>
      {order.refunded_total.minor_units > 0 && (
        <Sum name={translate("va.sum.refunded")}>
          <Amount negative value={order.refunded_total} />
        </Sum>
      )}
    </Sums>
  );
}

/** Every attempt to pay. */
export function Payments({ file }: Part) {
  const translate = useTranslate();
  const columns: readonly Column<Payment>[] = [
    { name: "attempt", title: translate("va.payment.attempt"), cell: (payment) => payment.attempt },
    {
      name: "status",
      title: translate("va.order.status"),
      cell: (payment) => (
        <>
          <Status value={payment.status} />
          {payment.is_deposit && <Below>{translate("va.payment.deposit")}</Below>}
          {payment.failure_code !== null && <Below>{asWords(payment.failure_code)}</Below>}
        </>
      ),
    },
    {
      name: "ref",
      title: translate("va.payment.at_provider"),
      wideOnly: true,
      cell: (payment) => <Code>{payment.provider_payment_ref ?? payment.provider_ref ?? "–"}</Code>,
    },
    {
      name: "updated",
      title: translate("va.payment.changed"),
      wideOnly: true,
      cell: (payment) => <Moment at={payment.updated_at} />,
    },
    {
      name: "captured",
      title: translate("va.payment.captured"),
      numeric: true,
      cell: (payment) => (payment.captured === null ? "–" : <Amount value={payment.captured} />),
    },
  ];
  return (
    <Section title={translate("va.payment.title")}>
      {file.payments.length > 0 ? (
        <Table
          caption={translate("va.payment.title")}
          columns={columns}
          keyOf={(payment) => payment.id}
          rows={file.payments}
        />
      ) : (
        <Empty>{translate("va.payment.none")}</Empty>
      )}
    </Section>
  );
}

/** What went back, or is on its way. */
export function Refunds({ file }: Part) {
  const translate = useTranslate();
  const titles = new Map(file.order.lines.map((line) => [line.position, line.title]));
  const columns: readonly Column<Refund>[] = [
    {
      name: "what",
      title: translate("va.refund.what"),
      cell: (refund) => (
        <>
          {refund.reason || translate("va.refund.no_reason")}
          {refund.lines.map((line) => (
            <Below key={line.position}>
              {line.quantity} × {titles.get(line.position)}
            </Below>
          ))}
        </>
      ),
    },
    {
      name: "status",
      title: translate("va.order.status"),
      cell: (refund) => (
        <>
          <Status value={refund.status} />
          {refund.failure_code !== null && <Below>{asWords(refund.failure_code)}</Below>}
        </>
      ),
    },
    {
      name: "updated",
      title: translate("va.payment.changed"),
      wideOnly: true,
      cell: (refund) => <Moment at={refund.updated_at} />,
    },
    {
      name: "amount",
      title: translate("va.refund.amount"),
      numeric: true,
      cell: (refund) => <Amount negative value={refund.amount} />,
    },
  ];
  return (
    <Section title={translate("va.refund.title")}>
      <Table
        caption={translate("va.refund.title")}
        columns={columns}
        keyOf={(refund) => refund.id}
        rows={file.refunds}
      />
    </Section>
  );
}

interface Posting {
  readonly id: string;
  readonly at: string | null;
  readonly kind: string;
  readonly account: string;
  readonly minorUnits: number;
  readonly currency: string;
}

/** The order's lines in the books, debit and credit. */
export function Books({ file }: Part) {
  const translate = useTranslate();
  const postings = file.ledger.flatMap((transaction, number) =>
    transaction.entries.map(
      (entry, place): Posting => ({
        id: `${number} ${place}`,
        at: place === 0 ? transaction.at : null,
        kind: place === 0 ? transaction.kind : "",
        account: entry.account,
        minorUnits: entry.amount.minor_units,
        currency: entry.amount.currency,
      }),
    ),
  );
  const side = (posting: Posting, sign: 1 | -1) =>
    posting.minorUnits * sign > 0 && (
      <Amount value={{ minor_units: posting.minorUnits * sign, currency: posting.currency }} />
    );
  const columns: readonly Column<Posting>[] = [
    { name: "account", title: translate("va.books.account"), cell: (posting) => asWords(posting.account) },
    {
      name: "kind",
      title: translate("va.books.for"),
      wideOnly: true,
      cell: (posting) => asWords(posting.kind),
    },
    {
      name: "at",
      title: translate("va.books.posted"),
      wideOnly: true,
      cell: (posting) => posting.at !== null && <Moment at={posting.at} />,
    },
    { name: "debit", title: translate("va.books.debit"), numeric: true, cell: (posting) => side(posting, 1) },
    {
      name: "credit",
      title: translate("va.books.credit"),
      numeric: true,
      cell: (posting) => side(posting, -1),
    },
  ];
  return (
    <Section title={translate("va.books.title")}>
      {postings.length > 0 ? (
        <Table
          caption={translate("va.books.title")}
          columns={columns}
          keyOf={(posting) => posting.id}
          rows={postings}
        />
      ) : (
        <Empty>{translate("va.books.none")}</Empty>
      )}
    </Section>
  );
}

/** The stock that is promised to the order. */
export function Goods({ file }: Part) {
  const translate = useTranslate();
  const columns: readonly Column<Reservation>[] = [
    { name: "sku", title: translate("va.line.sku"), cell: (held) => <Code>{held.sku}</Code> },
    {
      name: "status",
      title: translate("va.goods.for_order"),
      cell: (held) => <Status value={held.status} />,
    },
    { name: "quantity", title: translate("va.line.quantity"), numeric: true, cell: (held) => held.quantity },
    { name: "shipped", title: translate("va.goods.sent"), numeric: true, cell: (held) => held.shipped },
    { name: "kept", title: translate("va.goods.kept"), numeric: true, cell: (held) => held.kept },
    {
      name: "available",
      title: translate("va.goods.available"),
      numeric: true,
      cell: (held) => held.available ?? "–",
    },
  ];
  return (
    <Section title={translate("va.goods.title")}>
      {file.reservations.length > 0 ? (
        <Table
          caption={translate("va.goods.title")}
          columns={columns}
          keyOf={(held) => held.sku}
          rows={file.reservations}
        />
      ) : (
        <Empty>{translate("va.goods.none")}</Empty>
      )}
    </Section>
  );
}
