import { api, type Result, read } from "@/api/client.ts";
import { done, type Entry, enter, marked } from "./session.ts";

/** Ask for another address; the answer is the address that the mail goes to. */
export function beginEmail(email: string, password: string): Promise<Result<string>> {
  const body = { email, password };
  return read(done(email, () => api.PUT("/api/v1/account/email", { body, headers: marked() })));
}

/** Get a secret for an authenticator app; it counts once its first code comes back with it. */
export function beginTotp() {
  return read(() => api.POST("/api/v1/account/totp", { headers: marked() }));
}

export async function finishTotp(
  secret: string,
  code: string,
  password: string,
  locale: string,
): Promise<Result<Entry>> {
  const body = { secret, code, password };
  return enter(await read(() => api.PUT("/api/v1/account/totp", { body, headers: marked() })), locale);
}

export async function removeTotp(password: string, locale: string): Promise<Result<Entry>> {
  const body = { password };
  return enter(
    await read(() => api.POST("/api/v1/account/totp/remove", { body, headers: marked() })),
    locale,
  );
}
