import type {
  Delivery,
  DeliveryWithBody,
  Endpoint,
  EndpointRequest,
  EndpointSecret,
  EventType,
} from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** What staff do with webhooks. Each is done once per intent; see `changeOnce`. */

export async function eventTypes(): Promise<readonly EventType[]> {
  return (await ask(() => api.GET("/api/v1/staff/webhook-event-types"))).items;
}

export function addEndpoint(body: EndpointRequest): Promise<EndpointSecret> {
  return changeOnce(["add endpoint", body], (header) =>
    api.POST("/api/v1/staff/webhook-endpoints", { params: { header }, body }),
  );
}

/** Enable or disable, leaving everything else as it is. */
export function setEnabled(endpoint: Endpoint, enabled: boolean): Promise<Endpoint> {
  return saveEndpoint(endpoint.id, {
    url: endpoint.url,
    description: endpoint.description,
    event_types: endpoint.event_types,
    enabled,
  });
}

export function saveEndpoint(endpoint_id: string, body: EndpointRequest): Promise<Endpoint> {
  const path = { endpoint_id };
  return changeOnce(["save endpoint", endpoint_id, body], (header) =>
    api.PUT("/api/v1/staff/webhook-endpoints/{endpoint_id}", { params: { path, header }, body }),
  );
}

export function deleteEndpoint(endpoint_id: string): Promise<unknown> {
  const path = { endpoint_id };
  return changeOnce(["delete endpoint", endpoint_id], (header) =>
    api.DELETE("/api/v1/staff/webhook-endpoints/{endpoint_id}", { params: { path, header } }),
  );
}

export function rotateSecret(endpoint_id: string): Promise<EndpointSecret> {
  const path = { endpoint_id };
  return changeOnce(["rotate secret", endpoint_id], (header) =>
    api.POST("/api/v1/staff/webhook-endpoints/{endpoint_id}/rotate-secret", { params: { path, header } }),
  );
}

export function sendTest(endpoint_id: string): Promise<unknown> {
  const path = { endpoint_id };
  return changeOnce(["send test", endpoint_id], (header) =>
    api.POST("/api/v1/staff/webhook-endpoints/{endpoint_id}/test", { params: { path, header } }),
  );
}

export function readDelivery(delivery_id: string): Promise<DeliveryWithBody> {
  return ask(() =>
    api.GET("/api/v1/staff/webhook-deliveries/{delivery_id}", { params: { path: { delivery_id } } }),
  );
}

export function replayDelivery(delivery_id: string): Promise<Delivery> {
  const path = { delivery_id };
  return changeOnce(["replay delivery", delivery_id], (header) =>
    api.POST("/api/v1/staff/webhook-deliveries/{delivery_id}/replay", { params: { path, header } }),
  );
}
