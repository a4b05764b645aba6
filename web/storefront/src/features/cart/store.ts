import type { CartDetailsPatch } from "@vivamarket/api-client";
import { useSyncExternalStore } from "react";
import { api, change as changeOnServer, newKey, type Result, read } from "@/api/client.ts";
import { currency } from "@/api/place.ts";
import { CART_ID_KEY, recall, remember } from "@/api/storage.ts";
import type { Cart, CartLine, Problem } from "@/api/types.ts";

const COUNT_KEY = "viva.cart.count";
/** What the server says of a cart that cannot be changed any more; a new one takes its place. */
const GONE = new Set(["cart_not_found", "cart_already_ordered"]);

/** What every part of the page knows about the cart. */
export interface CartState {
  readonly cart: Cart | null;
  /** How many products; known from the last visit before the cart itself is read. */
  readonly count: number;
  readonly status: "unread" | "loading" | "ready" | "failed";
  readonly working: boolean;
  readonly open: boolean;
  /** What was just taken out, while it can still be put back. */
  readonly removed: CartLine | null;
  readonly problem: Problem | null;
}

const NOTHING: CartState = {
  cart: null,
  count: 0,
  status: "unread",
  working: false,
  open: false,
  removed: null,
  problem: null,
};

let state: CartState = NOTHING;
let queue: Promise<unknown> = Promise.resolve();
const listeners = new Set<() => void>();

function set(change: Partial<CartState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

function keep(cart: Cart): void {
  if (cart.order_id !== null) {
    forgetCart();
    return;
  }
  remember(CART_ID_KEY, cart.id);
  remember(COUNT_KEY, String(cart.item_count));
  set({ cart, count: cart.item_count, status: "ready", problem: null });
}

/** Start again with no cart, as after an order. */
export function forgetCart(): void {
  remember(CART_ID_KEY, null);
  remember(COUNT_KEY, null);
  set({ cart: null, count: 0, status: "ready", problem: null });
}

/** Go on with another cart, such as the one that a customer has on every device. */
export function takeCart(cart: Cart): void {
  keep(cart);
}

/** Return the id of this browser's cart, or null. It is a secret that opens the cart. */
export function cartId(): string | null {
  return recall(CART_ID_KEY);
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    addEventListener("storage", followOtherTabs);
    set({ count: Number(recall(COUNT_KEY) ?? 0) });
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener("storage", followOtherTabs);
  };
}

function followOtherTabs(event: StorageEvent): void {
  if (event.key !== COUNT_KEY && event.key !== CART_ID_KEY) return;
  set({ count: Number(recall(COUNT_KEY) ?? 0) });
  if (state.status === "ready") void readCart();
}

/** Follow the cart. The server's HTML and the first render know nothing, so they agree. */
export function useCart(): CartState {
  return useSyncExternalStore(
    subscribe,
    () => state,
    () => NOTHING,
  );
}

/** One change after the other, so that each is made on the answer of the one before. */
function inOrder<T>(work: () => Promise<T>): Promise<T> {
  const next = queue.then(work);
  queue = next.catch(() => undefined);
  return next;
}

/** The cart follows the page's currency: it holds no prices, so nothing is lost by it. */
async function inPageCurrency(result: Result<Cart>): Promise<Result<Cart>> {
  if (!result.ok || result.data.order_id !== null || result.data.currency === currency()) return result;
  const params = { path: { cart_id: result.data.id }, header: { "Idempotency-Key": newKey() } };
  const body = { currency: currency(), billing_same_as_shipping: false };
  return changeOnServer(() => api.PUT("/api/v1/carts/{cart_id}/details", { params, body }));
}

async function change(send: () => Promise<Result<Cart>>): Promise<Result<Cart>> {
  return inOrder(async () => {
    set({ working: true });
    const result = await inPageCurrency(await send());
    set({ working: false });
    if (result.ok) keep(result.data);
    else set({ problem: result.problem });
    return result;
  });
}

/** Read the cart from the server, if this browser has one. */
export async function readCart(): Promise<void> {
  const id = cartId();
  if (id === null) {
    forgetCart();
    return;
  }
  if (state.cart === null) set({ status: "loading" });
  const params = { path: { cart_id: id } };
  const result = await inPageCurrency(await read(() => api.GET("/api/v1/carts/{cart_id}", { params })));
  if (result.ok) keep(result.data);
  else if (result.problem.status === 404) forgetCart();
  else set({ status: "failed", problem: result.problem });
}

/** Put something into the cart, making one where there is none (or where the old one is gone). */
export async function addToCart(sku: string, quantity: number, locale: string): Promise<Result<Cart>> {
  const addHeader = { "Idempotency-Key": newKey() };
  const createHeader = { "Idempotency-Key": newKey() };
  return change(async () => {
    const id = cartId();
    if (id !== null) {
      const path = { cart_id: id };
      const added = await changeOnServer(() =>
        api.POST("/api/v1/carts/{cart_id}/lines", {
          params: { path, header: addHeader },
          body: { sku, quantity },
        }),
      );
      if (added.ok || !GONE.has(added.problem.code)) return added;
      forgetCart();
    }
    return changeOnServer(() =>
      api.POST("/api/v1/carts", {
        params: { header: createHeader },
        body: { currency: currency(), locale, lines: [{ sku, quantity }] },
      }),
    );
  });
}

/** Set how many of a product the cart holds; 0 takes it out. */
export async function setQuantity(sku: string, quantity: number): Promise<Result<Cart>> {
  const params = { path: { cart_id: cartId() ?? "", sku }, header: { "Idempotency-Key": newKey() } };
  return change(() =>
    changeOnServer(() => api.PUT("/api/v1/carts/{cart_id}/lines/{sku}", { params, body: { quantity } })),
  );
}

/** Take a line out; it can be put back until the next one is. */
export async function removeLine(line: CartLine): Promise<void> {
  set({ removed: line });
  await setQuantity(line.sku, 0);
}

/** Put the line back that was taken out last. */
export async function putBack(locale: string): Promise<void> {
  const { removed } = state;
  set({ removed: null });
  if (removed !== null) await addToCart(removed.sku, removed.quantity, locale);
}

/** Write what the shopper told us at checkout to the cart. */
export async function setDetails(details: CartDetailsPatch): Promise<Result<Cart>> {
  const params = { path: { cart_id: cartId() ?? "" }, header: { "Idempotency-Key": newKey() } };
  return change(() =>
    changeOnServer(() => api.PUT("/api/v1/carts/{cart_id}/details", { params, body: details })),
  );
}

/** Open or close the drawer beside the page. */
export function showCart(open: boolean): void {
  set({ open });
  if (open) void readCart();
}
