import type { RefundPreview, RefundRequest, StaffOrder } from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** What staff do with orders. Each is done once per intent; see `changeOnce`. */

export function readOrder(number: string): Promise<StaffOrder> {
  return ask(() => api.GET("/api/v1/staff/orders/{number}", { params: { path: { number } } }));
}

export function cancelOrder(number: string): Promise<StaffOrder> {
  return changeOnce(["cancel", number], (header) =>
    api.POST("/api/v1/staff/orders/{number}/cancel", { params: { path: { number }, header } }),
  );
}

export function acceptOrder(number: string): Promise<StaffOrder> {
  return changeOnce(["accept", number], (header) =>
    api.POST("/api/v1/staff/orders/{number}/accept", { params: { path: { number }, header } }),
  );
}

export function previewRefund(number: string, body: RefundRequest): Promise<RefundPreview> {
  return changeOnce(["preview refund", number, body], (header) =>
    api.POST("/api/v1/staff/orders/{number}/refund-preview", { params: { path: { number }, header }, body }),
  );
}

export function refundOrder(number: string, body: RefundRequest): Promise<StaffOrder> {
  return changeOnce(["refund", number, body], (header) =>
    api.POST("/api/v1/staff/orders/{number}/refunds", { params: { path: { number }, header }, body }),
  );
}
