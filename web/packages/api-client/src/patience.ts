/** Asking a server that may be busy or out of reach: how often, how long, and when not again. */

/** How often a request is sent in all. A read is repeated once: the page can live without most of them. */
const CHANGE_ATTEMPTS_MAX = 4;
const READ_ATTEMPTS_MAX = 2;
const TIMEOUT_MS = 15_000;
/** The first wait where the server named none; it grows with every attempt. */
const WAIT_MS_FIRST = 400;
/** A server that wants more patience than this is not waited for: the person decides. */
const RETRY_AFTER_SECONDS_MAX = 5;
const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;

/** What an error answer says (RFC 9457), or `offline` when there was no answer at all. */
export interface Failure {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type Result<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly problem: Failure };

/** What a call of the generated client answers. */
export interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** Fetch with a limit on the wait. */
export function fetchInTime(request: Request): Promise<Response> {
  return fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]) });
}

/** Nothing clear came back: the change may or may not have happened. Its key makes repeating it safe. */
export function isUnclear(problem: Failure): boolean {
  return problem.code === "offline" || problem.code === "request_in_flight";
}

/** The server is alive and asks to be asked later. */
function isBusy(problem: Failure): boolean {
  return problem.status === UNAVAILABLE || problem.status === TOO_MANY_REQUESTS;
}

/** One answer, and how long the server asks us to wait before the next attempt. */
interface Attempt<T> {
  readonly result: Result<T>;
  readonly retryAfterSeconds: number | null;
}

/** Return how long to wait, or null when it is too long to wait for. Spread out, so that not all come back at once. */
function waitMs(attempt: number, retryAfterSeconds: number | null): number | null {
  const asked = retryAfterSeconds ?? 0;
  if (asked > RETRY_AFTER_SECONDS_MAX) return null;
  return Math.max(asked * 1000, WAIT_MS_FIRST * attempt) * (1 + Math.random() / 2);
}

function problemOf(error: unknown, status: number): Failure {
  const fields = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  return {
    code: typeof fields.code === "string" ? fields.code : `http_${status}`,
    status,
    detail: typeof fields.detail === "string" ? fields.detail : "",
    fields,
  };
}

async function attempt<T>(send: () => Promise<Answer<T>>): Promise<Attempt<T>> {
  try {
    const { data, error, response } = await send();
    if (data !== undefined) return { result: { ok: true, data }, retryAfterSeconds: null };
    const asked = Number(response.headers.get("Retry-After") ?? Number.NaN);
    return {
      result: { ok: false, problem: problemOf(error, response.status) },
      retryAfterSeconds: Number.isFinite(asked) ? asked : null,
    };
  } catch {
    const problem = { code: "offline", status: 0, detail: "", fields: {} };
    return { result: { ok: false, problem }, retryAfterSeconds: null };
  }
}

async function repeated<T>(
  send: () => Promise<Answer<T>>,
  attemptsMax: number,
  isWorthRepeating: (problem: Failure) => boolean,
): Promise<Result<T>> {
  for (let number = 1; ; number += 1) {
    const { result, retryAfterSeconds } = await attempt(send);
    if (result.ok || number >= attemptsMax || !isWorthRepeating(result.problem)) return result;
    const wait = waitMs(number, retryAfterSeconds);
    if (wait === null) return result;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Ask, and once more when the server is busy. No answer at all reads as the problem `offline`. */
export function read<T>(send: () => Promise<Answer<T>>): Promise<Result<T>> {
  return repeated(send, READ_ATTEMPTS_MAX, isBusy);
}

/**
 * Change something. What got no clear answer, or was sent away by a busy server, is repeated with the key it
 * carries, so that it happens once however often it is sent.
 */
export function change<T>(send: () => Promise<Answer<T>>): Promise<Result<T>> {
  return repeated(send, CHANGE_ATTEMPTS_MAX, (problem) => isBusy(problem) || isUnclear(problem));
}
