import { createApi, newIdempotencyKey } from "@vivamarket/api-client";
import type { Problem } from "./types.ts";

const ATTEMPTS_MAX = 3;
const RETRY_DELAY_MS = 400;
const TIMEOUT_MS = 15_000;

/** The shop's API with a limit on every wait. */
export const api = createApi({
  fetch: (request) =>
    fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]) }),
});

export type Result<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly problem: Problem };

/** What a call of the generated client answers. */
interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** A fresh name for one intent of the shopper; retries of the same intent send the same one. */
export const newKey = newIdempotencyKey;

function worthRetrying(problem: Problem): boolean {
  return problem.code === "offline" || problem.code === "request_in_flight" || problem.status === 503;
}

function problemOf(error: unknown, status: number): Problem {
  const fields = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  return {
    code: typeof fields.code === "string" ? fields.code : `http_${status}`,
    status,
    detail: typeof fields.detail === "string" ? fields.detail : "",
    fields,
  };
}

/** Ask once. No answer at all reads as the problem `offline`. */
export async function read<T>(send: () => Promise<Answer<T>>): Promise<Result<T>> {
  try {
    const { data, error, response } = await send();
    if (data !== undefined) return { ok: true, data };
    return { ok: false, problem: problemOf(error, response.status) };
  } catch {
    return { ok: false, problem: { code: "offline", status: 0, detail: "", fields: {} } };
  }
}

/**
 * Change something. What got no clear answer is repeated with the key it carries, so that it happens once
 * however often it is sent.
 */
export async function change<T>(send: () => Promise<Answer<T>>): Promise<Result<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await read(send);
    if (result.ok || attempt >= ATTEMPTS_MAX || !worthRetrying(result.problem)) return result;
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS * attempt));
  }
}
