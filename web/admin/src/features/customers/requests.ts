import type {
  CustomerFile,
  CustomerNoteList,
  PrivacyRequestList,
  StaffOrderPage,
} from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

const ORDERS = 20;

export function readCustomer(customer_id: string): Promise<CustomerFile> {
  return ask(() => api.GET("/api/v1/staff/customers/{customer_id}", { params: { path: { customer_id } } }));
}

export function readOrders(customer_id: string): Promise<StaffOrderPage> {
  const params = { path: { customer_id }, query: { limit: ORDERS } };
  return ask(() => api.GET("/api/v1/staff/customers/{customer_id}/orders", { params }));
}

export function readDataRequests(customer_id: string): Promise<PrivacyRequestList> {
  const params = { path: { customer_id } };
  return ask(() => api.GET("/api/v1/staff/customers/{customer_id}/data-requests", { params }));
}

export function exportData(customer_id: string): Promise<PrivacyRequestList> {
  const path = { customer_id };
  return changeOnce(["export customer", customer_id], (header) =>
    api.POST("/api/v1/staff/customers/{customer_id}/export", { params: { path, header } }),
  );
}

export function erase(customer_id: string): Promise<PrivacyRequestList> {
  const path = { customer_id };
  return changeOnce(["erase customer", customer_id], (header) =>
    api.POST("/api/v1/staff/customers/{customer_id}/erasure", { params: { path, header } }),
  );
}

export function keep(customer_id: string): Promise<PrivacyRequestList> {
  const path = { customer_id };
  return changeOnce(["keep customer", customer_id], (header) =>
    api.DELETE("/api/v1/staff/customers/{customer_id}/erasure", { params: { path, header } }),
  );
}

export function signOut(customer_id: string): Promise<unknown> {
  const path = { customer_id };
  return changeOnce(["sign out customer", customer_id], (header) =>
    api.POST("/api/v1/staff/customers/{customer_id}/sign-out", { params: { path, header } }),
  );
}

export function unlock(customer_id: string): Promise<CustomerFile> {
  const path = { customer_id };
  return changeOnce(["unlock customer", customer_id], (header) =>
    api.POST("/api/v1/staff/customers/{customer_id}/unlock", { params: { path, header } }),
  );
}

export function readNotes(customer_id: string): Promise<CustomerNoteList> {
  const params = { path: { customer_id } };
  return ask(() => api.GET("/api/v1/staff/customers/{customer_id}/notes", { params }));
}

export function addNote(customer_id: string, text: string): Promise<CustomerNoteList> {
  const path = { customer_id };
  return changeOnce(["note on customer", customer_id, text], (header) =>
    api.POST("/api/v1/staff/customers/{customer_id}/notes", { params: { path, header }, body: { text } }),
  );
}
