import type { Problem } from "./types.ts";

const ATTEMPTS_MAX = 3;
const RETRY_DELAY_MS = 400;
const TIMEOUT_MS = 15_000;

export type Result<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly problem: Problem };

interface Call {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  /** The name of one intent of the shopper; retries of the same intent send the same key. */
  readonly key?: string;
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** Return a fresh name for one intent: 128 random bits. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function worthRetrying(problem: Problem): boolean {
  return problem.code === "offline" || problem.code === "request_in_flight" || problem.status === 503;
}

async function once<T>(path: string, call: Call): Promise<Result<T>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (call.body !== undefined) headers["Content-Type"] = "application/json";
  if (call.key !== undefined) headers["Idempotency-Key"] = call.key;
  if (call.token !== undefined) headers.Authorization = `Bearer ${call.token}`;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(`/api/v1${path}`, {
      method: call.method ?? "GET",
      headers,
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    if (response.ok) return { ok: true, data: (await response.json()) as T };
    return { ok: false, problem: await readProblem(response) };
  } catch {
    return { ok: false, problem: { code: call.signal?.aborted ? "aborted" : "offline", status: 0, detail: "", fields: {} } };
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return {
    code: typeof fields.code === "string" ? fields.code : `http_${response.status}`,
    status: response.status,
    detail: typeof fields.detail === "string" ? fields.detail : "",
    fields,
  };
}

/**
 * Ask the API. Reads are asked once; a mutation that got no clear answer is repeated with the same key,
 * so that it happens once however often it is sent.
 */
export async function ask<T>(path: string, call: Call = {}): Promise<Result<T>> {
  const attempts = call.key === undefined ? 1 : ATTEMPTS_MAX;
  for (let attempt = 1; ; attempt += 1) {
    const result = await once<T>(path, call);
    if (result.ok || attempt >= attempts || !worthRetrying(result.problem)) return result;
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS * attempt));
  }
}
