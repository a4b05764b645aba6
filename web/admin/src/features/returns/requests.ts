import type { InvoiceList, OrderReturns, Return, ReturnReceipt } from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** What staff do with returns. Each is done once per intent; see `changeOnce`. */

export function readReturns(number: string): Promise<OrderReturns> {
  return ask(() => api.GET("/api/v1/staff/orders/{number}/returns", { params: { path: { number } } }));
}

export function readInvoices(number: string): Promise<InvoiceList> {
  return ask(() => api.GET("/api/v1/staff/orders/{number}/invoices", { params: { path: { number } } }));
}

/** The shop's word to the customer, with its yes or no. */
export interface Answer {
  readonly return_id: string;
  readonly verdict: "approve" | "refuse";
  readonly answer: string;
}

export function answerReturn({ return_id, verdict, answer }: Answer): Promise<Return> {
  const path = { return_id };
  const body = { answer };
  return changeOnce([verdict, return_id, answer], (header) =>
    verdict === "approve"
      ? api.POST("/api/v1/staff/returns/{return_id}/approve", { params: { path, header }, body })
      : api.POST("/api/v1/staff/returns/{return_id}/refuse", { params: { path, header }, body }),
  );
}

export function receiveReturn({
  return_id,
  ...body
}: ReturnReceipt & { return_id: string }): Promise<Return> {
  return changeOnce(["receive", return_id, body], (header) =>
    api.POST("/api/v1/staff/returns/{return_id}/receive", {
      params: { path: { return_id }, header },
      body,
    }),
  );
}
