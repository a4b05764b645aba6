import { createApi, fetchInTime, newIdempotencyKey } from "@vivamarket/api-client";

export { change, type Result, read } from "@vivamarket/api-client";

/** The shop's API with a limit on every wait. */
export const api = createApi({ fetch: fetchInTime });

/** A fresh name for one intent of the shopper; retries of the same intent send the same one. */
export const newKey = newIdempotencyKey;
