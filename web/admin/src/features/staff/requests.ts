import type {
  StaffAccount,
  StaffAccountChange,
  StaffAccounts,
  StaffInvitation,
} from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** In the order in which they are offered. */
export const ROLES = ["staff", "support", "editor", "warehouse", "accountant", "owner"] as const;

export function readAccounts(): Promise<StaffAccounts> {
  return ask(() => api.GET("/api/v1/staff/accounts"));
}

export function invite(body: StaffInvitation): Promise<StaffAccount> {
  return changeOnce(["invite staff", body], (header) =>
    api.POST("/api/v1/staff/accounts", { params: { header }, body }),
  );
}

export function changeAccount(staff_id: string, body: StaffAccountChange): Promise<StaffAccount> {
  const path = { staff_id };
  return changeOnce(["change staff", staff_id, body], (header) =>
    api.PATCH("/api/v1/staff/accounts/{staff_id}", { params: { path, header }, body }),
  );
}

export function sendLink(staff_id: string): Promise<unknown> {
  const path = { staff_id };
  return changeOnce(["send link", staff_id], (header) =>
    api.POST("/api/v1/staff/accounts/{staff_id}/links", { params: { path, header } }),
  );
}

export function resetFactor(staff_id: string): Promise<StaffAccount> {
  const path = { staff_id };
  return changeOnce(["reset factor", staff_id], (header) =>
    api.DELETE("/api/v1/staff/accounts/{staff_id}/second-factor", { params: { path, header } }),
  );
}
