import type { AuditEntry, AuditFinding, StaffAccounts } from "@vivamarket/api-client";
import { ask } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** More parts than any log has; each is 20,000 entries. */
const PARTS_MAX = 10_000;
const FINDINGS_MAX = 100;

/** What verification has found so far. */
export interface Verdict {
  readonly checked: number;
  readonly head: string;
  readonly findings: readonly AuditFinding[];
  readonly isWhole: boolean;
}

export function readEntry(seq: string): Promise<AuditEntry> {
  return ask(() => api.GET("/api/v1/staff/audit-log/{seq}", { params: { path: { seq } } }));
}

export function readAccounts(): Promise<StaffAccounts> {
  return ask(() => api.GET("/api/v1/staff/accounts"));
}

/** Have the whole log verified, part by part; `tell` hears how far it is. */
export async function verifyLog(tell: (verdict: Verdict) => void): Promise<Verdict> {
  let verdict: Verdict = { checked: 0, head: "", findings: [], isWhole: true };
  let after = 0;
  for (let part = 0; part < PARTS_MAX; part += 1) {
    const query = { after };
    const found = await ask(() => api.GET("/api/v1/staff/audit-log/verification", { params: { query } }));
    verdict = {
      checked: verdict.checked + found.checked_count,
      head: found.head,
      findings: [...verdict.findings, ...found.findings].slice(0, FINDINGS_MAX),
      isWhole: verdict.isWhole && found.holds,
    };
    tell(verdict);
    if (found.next_after === null) return verdict;
    after = found.next_after;
  }
  return verdict;
}
