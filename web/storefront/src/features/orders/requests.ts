import { type Order, orderAuthorization, type PaymentStarted } from "@vivamarket/api-client";
import { api, change, type Result, read } from "@/api/client.ts";

/** Read an order with the secret that opens it. */
export function readOrder(id: string, token: string): Promise<Result<Order>> {
  const params = { path: { order_id: id } };
  return read(() => api.GET("/api/v1/orders/{order_id}", { params, headers: orderAuthorization(token) }));
}

/** Have the shop look at the payment now; return the order after that. */
export function settleOrder(id: string, token: string, key: string): Promise<Result<Order>> {
  const params = { path: { order_id: id }, header: { "Idempotency-Key": key } };
  return change(() =>
    api.POST("/api/v1/orders/{order_id}/settle", { params, headers: orderAuthorization(token) }),
  );
}

/** Start the order's one payment, or resume it; its page is where the shopper pays. */
export function startPayment(id: string, token: string, key: string): Promise<Result<PaymentStarted>> {
  const params = { path: { order_id: id }, header: { "Idempotency-Key": key } };
  return change(() =>
    api.POST("/api/v1/orders/{order_id}/payment", { params, headers: orderAuthorization(token) }),
  );
}

/** Cancel an order that is not paid. */
export function cancelOrder(id: string, token: string, key: string): Promise<Result<Order>> {
  const params = { path: { order_id: id }, header: { "Idempotency-Key": key } };
  return change(() =>
    api.POST("/api/v1/orders/{order_id}/cancel", { params, headers: orderAuthorization(token) }),
  );
}
