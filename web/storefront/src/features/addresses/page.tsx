"use client";

import { Icon } from "@vivamarket/ui";
import { useCallback, useEffect, useState } from "react";
import { api, type Result, read } from "@/api/client.ts";
import type { Country } from "@/api/types.ts";
import { ACCOUNT_TITLE } from "@/features/account/places.ts";
import { AccountShell } from "@/features/account/shell.tsx";
import { EMPTY_ADDRESS } from "@/features/checkout/form.ts";
import type { Messages } from "@/messages/index.ts";
import { type AddressBook, addressOf, readBook, removeAddress, setDefaults } from "./book.ts";
import { AddressEditor } from "./editor.tsx";
import { AddressLines } from "./lines.tsx";

interface Props {
  readonly locale: string;
  readonly t: Messages["addresses"];
  readonly a: Messages["account"];
  readonly c: Messages["checkout"];
}

interface ShopFacts {
  readonly countries: readonly Country[];
  readonly home: string;
}

type Saved = AddressBook["items"][number];

interface CardProps {
  readonly saved: Saved;
  readonly book: AddressBook;
  readonly country: string;
  readonly t: Props["t"];
  readonly onEdit: () => void;
  readonly onChange: (send: () => Promise<Result<AddressBook>>) => void;
}

function Card({ saved, book, country, t, onEdit, onChange }: CardProps) {
  const { id, address } = saved;
  const isShipping = book.shipping_default === id;
  const isBilling = book.billing_default === id;
  const named = (words: string) => `${words}: ${address.line1}, ${address.city}`;
  return (
    <li className="panel flex flex-col p-5">
      <AddressLines address={address} country={country} />
      <p className="mt-3 flex flex-wrap gap-2 empty:hidden">
        {isShipping ? <span className="badge bg-brand-soft text-brand-text">{t.shippingDefault}</span> : null}
        {isBilling ? <span className="badge bg-brand-soft text-brand-text">{t.billingDefault}</span> : null}
      </p>
      <p className="mt-auto flex flex-wrap items-center gap-x-5 gap-y-1 pt-4 text-[0.94rem]">
        <button aria-label={named(t.edit)} className="link min-h-9" onClick={onEdit} type="button">
          {t.edit}
        </button>
        <button
          aria-label={named(t.remove)}
          className="link min-h-9"
          onClick={() => onChange(() => removeAddress(id))}
          type="button"
        >
          {t.remove}
        </button>
        {isShipping ? null : (
          <button
            aria-label={named(t.useForShipping)}
            className="link min-h-9"
            onClick={() => onChange(() => setDefaults(id, book.billing_default ?? id))}
            type="button"
          >
            {t.useForShipping}
          </button>
        )}
        {isBilling ? null : (
          <button
            aria-label={named(t.useForBilling)}
            className="link min-h-9"
            onClick={() => onChange(() => setDefaults(book.shipping_default ?? id, id))}
            type="button"
          >
            {t.useForBilling}
          </button>
        )}
      </p>
    </li>
  );
}

function Failed({ t, onRetry }: { t: Props["t"]; onRetry: () => void }) {
  return (
    <div role="alert">
      <p>{t.failed}</p>
      <button className="btn btn-quiet mt-4" onClick={onRetry} type="button">
        {t.retry}
      </button>
    </div>
  );
}

function Book({ locale, t, c }: Omit<Props, "a">) {
  const [book, setBook] = useState<AddressBook | "failed" | null>(null);
  const [shop, setShop] = useState<ShopFacts | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const leave = () => {
    setEditing(null);
    document.getElementById(ACCOUNT_TITLE)?.focus();
  };
  const load = useCallback(async () => {
    const [found, facts] = await Promise.all([
      readBook(),
      read(() => api.GET("/api/v1/shop", { params: { query: { locale } } })),
    ]);
    setBook(found.ok && facts.ok ? found.data : "failed");
    if (facts.ok) setShop({ countries: facts.data.countries, home: facts.data.home_country });
  }, [locale]);
  useEffect(() => void load(), [load]);
  async function change(send: () => Promise<Result<AddressBook>>) {
    const result = await send();
    setRefused(!result.ok);
    if (result.ok) setBook(result.data);
  }

  if (book === "failed") return <Failed onRetry={() => void load()} t={t} />;
  if (book === null || shop === null) {
    return (
      <div aria-hidden="true" className="grid gap-4 sm:grid-cols-2">
        <div className="skeleton h-44" />
        <div className="skeleton h-44" />
      </div>
    );
  }
  if (editing !== null) {
    return (
      <section aria-labelledby="editor-title" className="panel p-6">
        <h2 className="mb-5 text-2xl" id="editor-title">
          {addressOf(book, editing) ? t.editing : t.add}
        </h2>
        <AddressEditor
          c={c}
          countries={shop.countries}
          id={editing}
          onCancel={leave}
          onKept={(kept) => {
            setBook(kept);
            leave();
          }}
          start={addressOf(book, editing) ?? { ...EMPTY_ADDRESS, country: shop.home }}
          t={t}
        />
      </section>
    );
  }
  return (
    <div className="space-y-6">
      {refused ? <p role="alert">{t.failed}</p> : null}
      {book.items.length === 0 ? <p className="text-lg text-muted">{t.empty}</p> : null}
      <ul className="grid gap-4 empty:hidden sm:grid-cols-2">
        {book.items.map((saved) => (
          <Card
            book={book}
            country={
              shop.countries.find((each) => each.code === saved.address.country)?.name ??
              saved.address.country
            }
            key={saved.id}
            onChange={(send) => void change(send)}
            onEdit={() => setEditing(saved.id)}
            saved={saved}
            t={t}
          />
        ))}
      </ul>
      <button className="btn btn-primary" onClick={() => setEditing(crypto.randomUUID())} type="button">
        <Icon name="plus" />
        {t.add}
      </button>
    </div>
  );
}

/** The customer's addresses, and which of them the checkout offers first. */
export function AddressesPage({ locale, t, a, c }: Props) {
  return (
    <AccountShell locale={locale} page="addresses" t={a}>
      {() => <Book c={c} locale={locale} t={t} />}
    </AccountShell>
  );
}
