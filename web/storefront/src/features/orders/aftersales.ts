import type { OrderReturns, Return, ReturnRequest } from "@vivamarket/api-client";
import { type Invoice, orderAuthorization } from "@vivamarket/api-client";
import { api, change, newKey, type Result, read } from "@/api/client.ts";

/** An order's papers, oldest first. */
export async function readInvoices(id: string, token: string): Promise<Result<readonly Invoice[]>> {
  const params = { path: { order_id: id } };
  const found = await read(() =>
    api.GET("/api/v1/orders/{order_id}/invoices", { params, headers: orderAuthorization(token) }),
  );
  return found.ok ? { ok: true, data: found.data.items } : found;
}

/** Fetch a paper and hand it to the browser as a file: a plain link could not carry the order's token. */
export async function saveInvoice(id: string, token: string, number: string): Promise<boolean> {
  const params = { path: { order_id: id, invoice_number: number } };
  const found = await read(() =>
    api.GET("/api/v1/orders/{order_id}/invoices/{invoice_number}", {
      params,
      headers: orderAuthorization(token),
      parseAs: "blob",
    }),
  );
  if (!found.ok) return false;
  const address = URL.createObjectURL(found.data as unknown as Blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = `${number}.pdf`;
  link.click();
  URL.revokeObjectURL(address);
  return true;
}

/** What of an order came back, and what still may. */
export function readReturns(id: string, token: string): Promise<Result<OrderReturns>> {
  const params = { path: { order_id: id } };
  return read(() =>
    api.GET("/api/v1/orders/{order_id}/returns", { params, headers: orderAuthorization(token) }),
  );
}

/** Ask to send something back. */
export function requestReturn(
  id: string,
  token: string,
  body: ReturnRequest,
  key: string,
): Promise<Result<Return>> {
  const params = { path: { order_id: id }, header: { "Idempotency-Key": key } };
  return change(() =>
    api.POST("/api/v1/orders/{order_id}/returns", { params, body, headers: orderAuthorization(token) }),
  );
}

/** Keep it after all. */
export function withdrawReturn(id: string, token: string, returnId: string): Promise<Result<Return>> {
  const params = {
    path: { order_id: id, return_id: returnId },
    header: { "Idempotency-Key": newKey() },
  };
  return change(() =>
    api.POST("/api/v1/orders/{order_id}/returns/{return_id}/withdraw", {
      params,
      headers: orderAuthorization(token),
    }),
  );
}
