import { createApi, fetchInTime, type StaffSession } from "@vivamarket/api-client";
import { type OnProgress, sendWithProgress } from "./upload.ts";

/** Who is signed in, as the server said last; what only the server decides is asked there. */
let current: Promise<StaffSession | null> | null = null;
/** Proves to the server that a change comes from a page of ours. */
let mark = "";

const READING = new Set(["GET", "HEAD"]);

/** The shop's API as staff use it: every change carries the session's mark. */
export const api = createApi({
  fetch: (request) => {
    if (!READING.has(request.method)) request.headers.set("X-CSRF-Token", mark);
    return fetchInTime(request);
  },
});

/** Return how a file is sent, telling how much of it has left. */
export function sending(onProgress: OnProgress): (request: Request) => Promise<Response> {
  return (request) => {
    request.headers.set("X-CSRF-Token", mark);
    return sendWithProgress(request, onProgress);
  };
}

/** Remember the session; null after its end. */
export function remember(session: StaffSession | null): void {
  current = session === null ? null : Promise.resolve(session);
  mark = session?.csrf_token ?? "";
}

/** Return who is signed in, asking the server once; null when nobody is. Reject when it cannot be asked. */
export function session(): Promise<StaffSession | null> {
  current ??= ask().catch((error: unknown) => {
    current = null;
    throw error;
  });
  return current;
}

async function ask(): Promise<StaffSession | null> {
  const { data, response } = await api.GET("/api/v1/staff/session");
  if (data === undefined && response.status !== 401)
    throw new Error(`The session answered ${response.status}.`);
  mark = data?.csrf_token ?? "";
  return data ?? null;
}
