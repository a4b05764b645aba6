import { createApi, fetchInTime, newIdempotencyKey } from "@vivamarket/api-client";

import { earlyAnswer } from "@/early/answers.ts";

export { change, type Result, read } from "@vivamarket/api-client";

/** The shop's API with a limit on every wait; what the page's head has asked already is not asked again. */
export const api = createApi({ fetch: (request) => earlyAnswer(request) ?? fetchInTime(request) });

/** A fresh name for one intent of the shopper; retries of the same intent send the same one. */
export const newKey = newIdempotencyKey;
