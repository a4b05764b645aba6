/** Under this name lies the id of the browser's cart. */
export const CART_ID_KEY = "viva.cart";

/** Set while this browser is signed in, so that a guest's visit asks the server nothing. It opens nothing. */
export const SIGNED_IN_KEY = "viva.account";

/** The browser's own memory. A browser that forbids it (private mode, full) only forgets. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Forbidden or full: the page works on without the memory.
  }
}

/** Return what was remembered, or null. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
