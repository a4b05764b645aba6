import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { change, read } from "./patience.ts";

interface Sent {
  readonly status: number;
  readonly code?: string;
  readonly retryAfter?: string;
}

/** Answer one after the other; the last for good. Remember when each was asked for. */
function server(...answers: readonly Sent[]) {
  const askedAt: number[] = [];
  const send = () => {
    const { status, code, retryAfter } = answers[Math.min(askedAt.length, answers.length - 1)] as Sent;
    askedAt.push(Date.now());
    const headers = retryAfter === undefined ? {} : { "Retry-After": retryAfter };
    const response = new Response(null, { status, headers });
    return Promise.resolve(status < 400 ? { data: "done", response } : { error: { code }, response });
  };
  return { send, askedAt };
}

const BUSY: Sent = { status: 503, code: "overloaded", retryAfter: "2" };
const DONE: Sent = { status: 200 };

describe("a request that is not answered clearly", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(0);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  async function ended<T>(result: Promise<T>): Promise<T> {
    await vi.runAllTimersAsync();
    return result;
  }

  it("is repeated no sooner than the server asks", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { send, askedAt } = server(BUSY, DONE);
    expect(await ended(change(send))).toEqual({ ok: true, data: "done" });
    expect(askedAt).toEqual([0, 2_000]);
  });

  it("is repeated at another moment by everyone", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    const { send, askedAt } = server(BUSY, DONE);
    await ended(change(send));
    expect(askedAt[1]).toBeGreaterThan(2_900);
    expect(askedAt[1]).toBeLessThanOrEqual(3_000);
  });

  it("is repeated a few times only", async () => {
    const { send, askedAt } = server(BUSY);
    const result = await ended(change(send));
    expect(result).toMatchObject({ ok: false, problem: { code: "overloaded", status: 503 } });
    expect(askedAt).toHaveLength(4);
  });

  it.each([
    { status: 429, code: "rate_limited", retryAfter: "1" },
    { status: 409, code: "request_in_flight", retryAfter: "1" },
    { status: 503, code: "payment_provider_unavailable" },
  ])("is repeated after $code", async (answer) => {
    const { send, askedAt } = server(answer, DONE);
    expect(await ended(change(send))).toEqual({ ok: true, data: "done" });
    expect(askedAt).toHaveLength(2);
  });

  it("is repeated when no answer comes at all", async () => {
    const send = vi.fn().mockRejectedValueOnce(new TypeError("offline"));
    send.mockResolvedValue({ data: "done", response: new Response() });
    expect(await ended(change(send))).toEqual({ ok: true, data: "done" });
  });

  it("is not waited for when the server wants too much patience", async () => {
    const { send, askedAt } = server({ ...BUSY, retryAfter: "60" });
    expect((await ended(change(send))).ok).toBe(false);
    expect(askedAt).toEqual([0]);
  });

  it.each([
    { status: 409, code: "quote_changed" },
    { status: 422, code: "idempotency_key_reused" },
    { status: 500, code: "internal_error" },
  ])("is not repeated after $code", async (answer) => {
    const { send, askedAt } = server(answer, DONE);
    expect((await ended(change(send))).ok).toBe(false);
    expect(askedAt).toHaveLength(1);
  });

  it("is read once more from a busy server, and not again", async () => {
    const { send, askedAt } = server(BUSY);
    expect((await ended(read(send))).ok).toBe(false);
    expect(askedAt).toHaveLength(2);
  });

  it("is not read again without a connection", async () => {
    const send = vi.fn().mockRejectedValue(new TypeError("offline"));
    expect(await ended(read(send))).toMatchObject({ ok: false, problem: { code: "offline" } });
    expect(send).toHaveBeenCalledTimes(1);
  });
});
