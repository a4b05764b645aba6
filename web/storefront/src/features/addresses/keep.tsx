import type { Address } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import type { AddressBook } from "./book.ts";
import { same } from "./choice.tsx";

/** The API's limit; a full book is not offered anything. */
const ADDRESSES_MAX = 20;

interface Props {
  readonly book: AddressBook;
  readonly address: Address;
  readonly keep: boolean;
  readonly t: Messages["addresses"];
  readonly onKeep: (keep: boolean) => void;
}

/** Return whether the book has room for the address, and does not have it yet. */
export function canKeep(book: AddressBook, address: Address): boolean {
  return book.items.length < ADDRESSES_MAX && !book.items.some((each) => same(each.address, address));
}

/** Offers to keep an address in the customer's book. */
export function KeepAddress({ book, address, keep, t, onKeep }: Props) {
  if (!canKeep(book, address)) return null;
  return (
    <label className="mt-4 flex min-h-11 items-center gap-3">
      <input
        checked={keep}
        className="size-5 accent-brand"
        onChange={(event) => onKeep(event.target.checked)}
        type="checkbox"
      />
      {t.keep}
    </label>
  );
}
