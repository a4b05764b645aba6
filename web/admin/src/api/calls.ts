import { type Answer, change, type Failure, isUnclear, read } from "@vivamarket/api-client";
import { Intents } from "./intents.ts";

const UNAUTHENTICATED = 401;
const SERVER_FAILED = 500;
const TOO_MANY_REQUESTS = 429;

const intents = new Intents();

/** What went wrong, in the API's own words. Its `body` is the problem with all its fields. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly body: Failure["fields"];

  constructor(problem: Failure) {
    const known = problem.code === "offline" ? "va.error.offline" : problem.detail;
    super(known || "va.error.unknown");
    this.name = "ApiError";
    this.code = problem.code;
    this.status = problem.status;
    this.body = problem.fields;
  }

  /** Whether somebody has to sign in first. */
  get isSessionEnd(): boolean {
    return this.status === UNAUTHENTICATED;
  }

  /** Whether nobody answered who could know: what was shown before may still be so. */
  get isAway(): boolean {
    return this.code === "offline" || this.status >= SERVER_FAILED;
  }
}

/** Read; throw `ApiError`. */
export async function ask<T>(send: () => Promise<Answer<T>>): Promise<T> {
  const result = await read(send);
  if (result.ok) return result.data;
  throw new ApiError(result.problem);
}

/**
 * Change something once, however often it is sent or pressed; throw `ApiError`.
 *
 * The intent names what the person wants. As long as nothing clear came back, the same intent goes out under
 * the same key; after a clear answer the next one is a new wish.
 */
export async function changeOnce<T>(
  intent: readonly unknown[],
  send: (headers: { "Idempotency-Key": string }) => Promise<Answer<T>>,
): Promise<T> {
  const name = JSON.stringify(intent);
  const headers = { "Idempotency-Key": intents.keyOf(name) };
  const result = await change(() => send(headers));
  if (result.ok || isClear(result.problem)) intents.settle(name);
  if (result.ok) return result.data;
  throw new ApiError(result.problem);
}

/** A refusal is an answer: the same request would be refused again. */
function isClear(problem: Failure): boolean {
  return !isUnclear(problem) && problem.status < SERVER_FAILED && problem.status !== TOO_MANY_REQUESTS;
}
