import { whoIsIn } from "@/features/account/session.ts";
import { type AddressBook, addressOf, readBook } from "./book.ts";
import { AddressChoice } from "./choice.tsx";
import { canKeep, KeepAddress } from "./keep.tsx";
import { keepLater } from "./later.ts";

export { AddressChoice, addressOf, canKeep, KeepAddress, keepLater };

/** A customer at the checkout; `book` is null while it cannot be read. */
export interface Customer {
  readonly email: string;
  readonly book: AddressBook | null;
}

/** Return who is signed in; null for a guest. */
export async function customer(): Promise<Customer | null> {
  const visitor = await whoIsIn();
  if (!visitor.ok || visitor.data === null) return null;
  const book = await readBook();
  return { email: visitor.data.email, book: book.ok ? book.data : null };
}
