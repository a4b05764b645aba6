import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, changeOnce } from "./calls.ts";

interface Sent {
  readonly status: number;
  readonly code?: string;
  readonly detail?: string;
}

/** Answer one after the other; the last for good. Remember the keys that came. */
function server(...answers: readonly Sent[]) {
  const keys: string[] = [];
  const send = (headers: { "Idempotency-Key": string }) => {
    const { status, ...error } = answers[Math.min(keys.length, answers.length - 1)] as Sent;
    keys.push(headers["Idempotency-Key"]);
    const response = new Response(null, { status });
    return Promise.resolve(status < 400 ? { data: "done", response } : { error, response });
  };
  return { send, keys };
}

const DONE: Sent = { status: 200 };
const REFUSED: Sent = { status: 422, code: "bad_refund", detail: "There is not so much left." };
const BUSY: Sent = { status: 503, code: "overloaded" };

describe("a change", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Press a button that sends this intent. */
  async function press(intent: string, send: ReturnType<typeof server>["send"]): Promise<unknown> {
    const result = changeOnce([intent], send).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    return result;
  }

  it("keeps its key while it is repeated, and when it is pressed again without a clear answer", async () => {
    const { send, keys } = server(BUSY, BUSY, BUSY, BUSY, DONE);
    expect(await press("keeps", send)).toBeInstanceOf(ApiError);
    expect(await press("keeps", send)).toBe("done");
    expect(keys).toHaveLength(5);
    expect(new Set(keys).size).toBe(1);
  });

  it("is another one once it is done", async () => {
    const { send, keys } = server(DONE);
    await press("twice", send);
    await press("twice", send);
    expect(new Set(keys).size).toBe(2);
  });

  it("is another one once it was refused, and the refusal speaks in the API's words", async () => {
    const { send, keys } = server(REFUSED, DONE);
    expect(await press("refused", send)).toMatchObject({
      message: "There is not so much left.",
      code: "bad_refund",
      status: 422,
    });
    expect(await press("refused", send)).toBe("done");
    expect(new Set(keys).size).toBe(2);
  });

  it("that got no answer says so in our own words", async () => {
    const offline = () => Promise.reject(new TypeError("offline"));
    expect(await press("offline", offline)).toMatchObject({
      message: "va.error.offline",
      isSessionEnd: false,
    });
  });
});
