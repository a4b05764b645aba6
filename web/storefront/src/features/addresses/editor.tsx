"use client";

import { Spinner } from "@vivamarket/ui";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Result } from "@/api/client.ts";
import type { Address, Country } from "@/api/types.ts";
import { useAddressForm } from "@/features/checkout/address-form.ts";
import { AddressFields } from "@/features/checkout/fields.tsx";
import { addressErrors, type FieldError } from "@/features/checkout/form.ts";
import { Notice } from "@/features/checkout/notice.tsx";
import type { Messages } from "@/messages/index.ts";
import { type AddressBook, keepAddress } from "./book.ts";

interface Props {
  readonly id: string;
  readonly start: Address;
  readonly countries: readonly Country[];
  readonly t: Messages["addresses"];
  readonly c: Messages["checkout"];
  readonly onKept: (book: AddressBook) => void;
  readonly onCancel: () => void;
}

/** What the server did not like, beside the fields it named. */
function toldBy(result: Result<AddressBook>, t: Props["t"], c: Props["c"]): readonly FieldError[] {
  if (result.ok) return [];
  const named = Object.keys((result.problem.fields.problems ?? {}) as Record<string, string>);
  const labels = c as unknown as Readonly<Record<string, string>>;
  if (named.length > 0) {
    return named.map((name) => ({ id: `shipping-${name}`, words: `${labels[name] ?? name}: ${t.wrong}` }));
  }
  return [{ id: "", words: result.problem.code === "address_book_full" ? t.full : t.failed }];
}

/** One address in the way of its country, as the checkout asks for it. */
export function AddressEditor({ id, start, countries, t, c, onKept, onCancel }: Props) {
  const [address, setAddress] = useState(start);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [working, setWorking] = useState(false);
  const rules = useAddressForm(address.country);
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length > 0) notice.current?.focus();
  }, [errors]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (working) return;
    const found = addressErrors(address, rules, "shipping", c);
    setErrors(found);
    if (found.length > 0) return;
    setWorking(true);
    const result = await keepAddress(id, address);
    setWorking(false);
    if (result.ok) onKept(result.data);
    else setErrors(toldBy(result, t, c));
  }

  return (
    <form className="space-y-5" noValidate onSubmit={(event) => void submit(event)}>
      <div className="empty:hidden focus:outline-none" ref={notice} tabIndex={-1}>
        {errors.length > 0 ? <Notice content={{ title: c.errors, errors }} /> : null}
      </div>
      <AddressFields
        address={address}
        countries={countries}
        errors={errors}
        onChange={setAddress}
        onLeave={() => undefined}
        prefix="shipping"
        rules={rules}
        t={c}
      />
      <p className="flex flex-wrap gap-3">
        <button aria-disabled={working} className="btn btn-primary" type="submit">
          {working ? <Spinner /> : null}
          {t.save}
        </button>
        <button className="btn btn-quiet" onClick={onCancel} type="button">
          {t.cancel}
        </button>
      </p>
    </form>
  );
}
