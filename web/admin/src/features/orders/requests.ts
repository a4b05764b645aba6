import type {
  Carriers,
  MailOfOrder,
  NewShipment,
  RefundPreview,
  RefundRequest,
  StaffOrder,
  TrackingIn,
} from "@vivamarket/api-client";
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

export function captureOrder(number: string): Promise<StaffOrder> {
  return changeOnce(["capture", number], (header) =>
    api.POST("/api/v1/staff/orders/{number}/capture", { params: { path: { number }, header } }),
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

export function listCarriers(): Promise<Carriers> {
  return ask(() => api.GET("/api/v1/staff/carriers"));
}

export function shipOrder(number: string, body: NewShipment): Promise<StaffOrder> {
  return changeOnce(["ship", number, body], (header) =>
    api.POST("/api/v1/staff/orders/{number}/shipments", { params: { path: { number }, header }, body }),
  );
}

export function correctParcel(number: string, shipment_id: string, body: TrackingIn): Promise<StaffOrder> {
  return changeOnce(["correct parcel", number, shipment_id, body], (header) =>
    api.POST("/api/v1/staff/orders/{number}/shipments/{shipment_id}/tracking", {
      params: { path: { number, shipment_id }, header },
      body,
    }),
  );
}

export function cancelParcel(number: string, shipment_id: string): Promise<StaffOrder> {
  return changeOnce(["cancel parcel", number, shipment_id], (header) =>
    api.POST("/api/v1/staff/orders/{number}/shipments/{shipment_id}/cancel", {
      params: { path: { number, shipment_id }, header },
    }),
  );
}

export function addNote(number: string, text: string): Promise<StaffOrder> {
  return changeOnce(["note", number, text], (header) =>
    api.POST("/api/v1/staff/orders/{number}/notes", {
      params: { path: { number }, header },
      body: { text },
    }),
  );
}

export function mailAgain(number: string, { mail, subject_id }: MailOfOrder): Promise<StaffOrder> {
  return changeOnce(["mail again", number, mail, subject_id], (header) =>
    api.POST("/api/v1/staff/orders/{number}/mails", {
      params: { path: { number }, header },
      body: { mail, subject_id },
    }),
  );
}
