import type { AddressBook } from "@vivamarket/api-client";
import { api, type Result, read } from "@/api/client.ts";
import type { Address } from "@/api/types.ts";
import { marked } from "@/features/account/session.ts";

export type { AddressBook };

export function readBook(): Promise<Result<AddressBook>> {
  return read(() => api.GET("/api/v1/account/addresses"));
}

/** Add the address, or replace the one of that id; a new id is `crypto.randomUUID()`. */
export function keepAddress(id: string, address: Address): Promise<Result<AddressBook>> {
  const params = { path: { address_id: id } };
  const send = () =>
    api.PUT("/api/v1/account/addresses/{address_id}", { params, body: address, headers: marked() });
  return read(send);
}

export function removeAddress(id: string): Promise<Result<AddressBook>> {
  const params = { path: { address_id: id } };
  return read(() => api.DELETE("/api/v1/account/addresses/{address_id}", { params, headers: marked() }));
}

export function setDefaults(shipping: string, billing: string): Promise<Result<AddressBook>> {
  const body = { shipping_default: shipping, billing_default: billing };
  return read(() => api.PUT("/api/v1/account/addresses", { body, headers: marked() }));
}

/** Return an address of the book, null when it has none of that id. */
export function addressOf(book: AddressBook, id: string | null): Address | null {
  return book.items.find((each) => each.id === id)?.address ?? null;
}
