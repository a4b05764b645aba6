import { api, read } from "@/api/client.ts";
import { marked, whoIsIn } from "@/features/account/session.ts";

/** Wait as the customer: null when that is so now, the code of what was refused, `guest` when nobody is in. */
export async function askAsCustomer(sku: string, locale: string): Promise<string | null> {
  const who = await whoIsIn();
  if (!who.ok) return who.problem.code;
  if (who.data === null) return "guest";
  const body = { sku, locale };
  const result = await read(() => api.POST("/api/v1/account/stock-alerts", { body, headers: marked() }));
  return result.ok ? null : result.problem.code;
}
