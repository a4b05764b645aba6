import { recall, SIGNED_IN_KEY } from "@/api/storage.ts";
import type { Customer } from "@/features/addresses/own.tsx";

/** What is known of a shopper, with the parts of the page that only customers need: a guest fetches none of it. */
export type Known = (Customer & { readonly own: typeof import("@/features/addresses/own.tsx") }) | null;

/** Return who shops here. Whose account cannot be asked buys as a guest does. */
export async function whoShops(): Promise<Known> {
  if (recall(SIGNED_IN_KEY) === null) return null;
  try {
    const own = await import("@/features/addresses/own.tsx");
    const customer = await own.customer();
    return customer === null ? null : { ...customer, own };
  } catch {
    return null;
  }
}
