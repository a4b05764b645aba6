import type { Address } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import type { AddressBook } from "./book.ts";

interface Props {
  readonly book: AddressBook;
  readonly chosen: Address;
  readonly t: Messages["addresses"];
  readonly onChoose: (address: Address) => void;
}

/** Return whether both name the same place and person. */
export function same(one: Address, other: Address): boolean {
  return (Object.keys(one) as (keyof Address)[]).every((name) => one[name] === other[name]);
}

/** The addresses of the customer's book, each one press away. */
export function AddressChoice({ book, chosen, t, onChoose }: Props) {
  if (book.items.length === 0) return null;
  return (
    <fieldset className="mb-6">
      <legend className="mb-2 font-medium">{t.saved}</legend>
      <ul className="flex flex-wrap gap-2">
        {book.items.map(({ id, address }) => (
          <li key={id}>
            <button
              aria-pressed={same(address, chosen)}
              className="chip max-w-full text-left aria-pressed:border-brand aria-pressed:bg-brand-soft"
              onClick={() => onChoose(address)}
              type="button"
            >
              <span className="truncate">
                {address.name}, {address.line1}, {address.city}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
