/**
 * The shop's API, typed from `openapi.json`: wrong paths, parameters and bodies fail to compile.
 *
 * `schema.ts` is generated (`npm run generate`); this file only adds what a caller would write each time.
 */
import createFetchClient, { type Client } from "openapi-fetch";
import type { Problem, paths } from "./schema.ts";

export { type Answer, change, type Failure, fetchInTime, isUnclear, type Result, read } from "./patience.ts";
export type * from "./schema.ts";

export type Api = Client<paths>;

export type ApiOptions = {
  /** Origin of the API; empty (the page's own) by default. */
  baseUrl?: string;
  fetch?: (request: Request) => Promise<Response>;
};

/** Return a client of the API. */
export function createApi({ baseUrl = "", fetch }: ApiOptions = {}): Api {
  return createFetchClient<paths>({ baseUrl, ...(fetch ? { fetch } : {}) });
}

/** Name one attempt to change something. Keep the key while repeating that attempt; take a new one after. */
export function newIdempotencyKey(): string {
  // `randomUUID` exists in secure contexts only; a shop opened by its LAN address over http has none.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Return whether an error answer is a problem of ours with that code (any code when none is named). */
export function isProblem<Code extends string = string>(
  error: unknown,
  code?: Code,
): error is Problem & { code: Code } & Record<string, unknown> {
  if (typeof error !== "object" || error === null || !("code" in error)) return false;
  return typeof error.code === "string" && (code === undefined || error.code === code);
}

/** Return the header that opens an order to whoever holds its token. */
export function orderAuthorization(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}
