import type { FactorSecret, StaffSession } from "@vivamarket/api-client";
import { ask } from "../../api/calls.ts";
import { api, remember } from "../../api/session.ts";

/** What staff decide about themselves. Each answer carries a new session; the others end. */

export async function setPassword(body: {
  current_password: string;
  password: string;
}): Promise<StaffSession> {
  return kept(await ask(() => api.PUT("/api/v1/staff/profile/password", { body })));
}

export function newSecret(): Promise<FactorSecret> {
  return ask(() => api.POST("/api/v1/staff/profile/totp-secret", {}));
}

export async function setFactor(body: {
  current_password: string;
  secret: string;
  code: string;
}): Promise<StaffSession> {
  return kept(await ask(() => api.PUT("/api/v1/staff/profile/totp", { body })));
}

export async function removeFactor(body: { current_password: string }): Promise<StaffSession> {
  return kept(await ask(() => api.POST("/api/v1/staff/profile/totp-removal", { body })));
}

export async function choosePassword(body: { code: string; password: string }): Promise<unknown> {
  return ask(() => api.POST("/api/v1/staff/invitation", { body }));
}

function kept(session: StaffSession): StaffSession {
  remember(session);
  return session;
}
