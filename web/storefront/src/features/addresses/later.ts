/**
 * An address that was typed at the checkout goes into the book when the order's own page opens: placing and paying
 * wait for nothing. Only the order is noted meanwhile, and only in this tab.
 */
const KEY = "viva.keep-address";

export function keepLater(orderId: string): void {
  try {
    sessionStorage.setItem(KEY, orderId);
  } catch {
    // Forbidden or full: the address is not kept, and the order page says nothing of it.
  }
}

/** Return whether this order's address is wanted in the book; it is asked once. */
export function isKeptLater(orderId: string): boolean {
  try {
    if (sessionStorage.getItem(KEY) !== orderId) return false;
    sessionStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}
