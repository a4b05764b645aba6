import { newKey } from "@/api/client.ts";
import { home } from "@/api/place.ts";
import { recall, remember } from "@/api/storage.ts";

/** Keep the secret that opens an order on this device. */
export function keepOrder(id: string, token: string): void {
  remember(`viva.order.${id}`, token);
}

/** Return the secret of an order placed on this device. */
export function tokenOf(id: string): string | null {
  return recall(`viva.order.${id}`);
}

/** Return the address that opens an order anywhere: its secret stays behind the `#`, out of server logs. */
export function orderAddress(locale: string, id: string, token: string): string {
  return `${home(locale)}order/#${new URLSearchParams({ id, token })}`;
}

/**
 * Return the key for placing this cart at this quote: the same until the quote changes, also after a
 * reload, so that a second click cannot order twice.
 */
export function placeKey(cartId: string, quoteHash: string): string {
  const name = "viva.place";
  const [about, key] = (recall(name) ?? "").split("|");
  const wanted = `${cartId}:${quoteHash}`;
  if (about === wanted && key) return key;
  const fresh = newKey();
  remember(name, `${wanted}|${fresh}`);
  return fresh;
}
