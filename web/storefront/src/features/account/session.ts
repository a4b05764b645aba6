import type { AccountSession, SecondStep, SignInAnswer } from "@vivamarket/api-client";
import { api, change, newKey, type Result, read } from "@/api/client.ts";
import { currency } from "@/api/place.ts";
import { recall, remember, SIGNED_IN_KEY } from "@/api/storage.ts";
import { cartId, forgetCart, takeCart } from "@/features/cart/store.ts";
import { keepFavourites } from "@/features/favourites/store.ts";
import { keepSeen } from "@/features/seen/store.ts";
import { keepWishes } from "@/features/wishes/store.ts";
import { bringGuest } from "./bring.ts";

const UNAUTHENTICATED = 401;

let csrf = "";

/** The header that a change within the session must carry; no other site can read its value. */
export function marked(): Record<string, string> {
  return { "X-CSRF-Token": csrf };
}

/** Whether somebody is, or was lately, signed in here; the server is not asked. */
export function isKnownHere(): boolean {
  return recall(SIGNED_IN_KEY) !== null;
}

function keep(session: AccountSession): AccountSession {
  csrf = session.csrf_token;
  remember(SIGNED_IN_KEY, "1");
  return session;
}

function forget(): void {
  csrf = "";
  remember(SIGNED_IN_KEY, null);
}

/** The server answers nothing but that it is done; then the answer is `data`. */
export function done<T>(data: T, send: () => Promise<{ error?: unknown; response: Response }>) {
  return async () => {
    const { error, response } = await send();
    return { data: response.ok ? data : undefined, error, response };
  };
}

/** Return who is signed in, after getting new tokens where the old ones have ended; null for a guest. */
export async function whoIsIn(): Promise<Result<AccountSession | null>> {
  if (recall(SIGNED_IN_KEY) === null) return { ok: true, data: null };
  const known = await read(() => api.GET("/api/v1/account/session"));
  if (known.ok) return { ok: true, data: keep(known.data) };
  if (known.problem.status !== UNAUTHENTICATED) return known;
  const fresh = await read(() => api.POST("/api/v1/account/refresh"));
  if (fresh.ok && fresh.data.session) return { ok: true, data: keep(fresh.data.session) };
  if (!fresh.ok && fresh.problem.status !== UNAUTHENTICATED) return fresh;
  forget();
  forgetCart();
  return { ok: true, data: null };
}

/** Bring this browser's cart into the customer's, and go on with that one. */
async function openCart(locale: string): Promise<void> {
  const params = { header: { "Idempotency-Key": newKey() } };
  const body = { currency: currency(), locale, cart_id: cartId() ?? "" };
  const result = await change(() => api.POST("/api/v1/account/cart", { params, body, headers: marked() }));
  if (result.ok) takeCart(result.data);
}

/** Forget what belongs to whoever has just left. What this browser may do, it still may. */
function forgetPreferences(): void {
  keepSeen([]);
  keepFavourites([]);
  keepWishes([]);
}

export async function enter(answer: Result<SignInAnswer>, locale: string): Promise<Result<Entry>> {
  if (!answer.ok) return answer;
  const { session, second_step: step } = answer.data;
  if (session) {
    keep(session);
    await Promise.all([openCart(locale), bringGuest(marked(), locale, currency())]);
    return { ok: true, data: { session } };
  }
  return step ? { ok: true, data: { step } } : { ok: false, problem: UNCLEAR };
}

const UNCLEAR = { code: "unclear", status: 0, detail: "", fields: {} };

/** Either somebody is in, or the second factor is asked for. */
export type Entry = { readonly session: AccountSession } | { readonly step: SecondStep };

export async function signIn(email: string, password: string, locale: string): Promise<Result<Entry>> {
  return enter(await read(() => api.POST("/api/v1/account/sign-in", { body: { email, password } })), locale);
}

export async function secondStep(challenge: string, code: string, locale: string): Promise<Result<Entry>> {
  const body = { challenge, code };
  return enter(await read(() => api.POST("/api/v1/account/sign-in/second-step", { body })), locale);
}

export async function confirm(email: string, code: string, password: string, locale: string) {
  const body = { email, code, password };
  return enter(await read(() => api.POST("/api/v1/account/confirm", { body })), locale);
}

/** Ask for an account; the answer is the address that the mail goes to. */
export function signUp(
  email: string,
  password: string,
  name: string,
  locale: string,
): Promise<Result<string>> {
  const body = { email, password, name, locale };
  return read(done(email, () => api.POST("/api/v1/account/sign-up", { body })));
}

/** Ask for a new password; the answer is the address that the mail goes to, if it has an account. */
export function beginReset(email: string): Promise<Result<string>> {
  return read(done(email, () => api.POST("/api/v1/account/reset", { body: { email } })));
}

export function finishReset(email: string, code: string, password: string): Promise<Result<string>> {
  const body = { email, code, password };
  return read(done(email, () => api.POST("/api/v1/account/reset/finish", { body })));
}

export async function confirmEmail(code: string, locale: string): Promise<Result<Entry>> {
  const send = () => api.POST("/api/v1/account/email/confirm", { body: { code }, headers: marked() });
  return enter(await read(send), locale);
}

export async function changePassword(old: string, fresh: string, locale: string): Promise<Result<Entry>> {
  const body = { old, new: fresh };
  return enter(await read(() => api.PUT("/api/v1/account/password", { body, headers: marked() })), locale);
}

/** Leave. The cart stays with the account; this browser forgets it. */
export async function signOut(everywhere: boolean): Promise<Result<boolean>> {
  const send = () => api.POST("/api/v1/account/sign-out", { body: { everywhere }, headers: marked() });
  const result = await read(done(true, send));
  if (result.ok || result.problem.status === UNAUTHENTICATED) {
    forget();
    forgetCart();
    forgetPreferences();
  }
  return result;
}

export function listOrders(cursor?: string) {
  const params = { query: cursor ? { cursor } : {} };
  return read(() => api.GET("/api/v1/account/orders", { params }));
}

/** Return what opens one of the customer's orders, as the link in its mails does. */
export function readOwnToken(id: string) {
  const params = { path: { order_id: id } };
  return read(() => api.GET("/api/v1/account/orders/{order_id}/token", { params }));
}
