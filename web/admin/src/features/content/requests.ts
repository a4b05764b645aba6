import type { ContentEdit, StaffContent, StaffContentAt, StaffContentVersion } from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** What staff do with the shop's own texts. Each is done once per intent; see `changeOnce`. */

export async function readContents(): Promise<readonly StaffContent[]> {
  return (await ask(() => api.GET("/api/v1/staff/content"))).items;
}

export function readContent(key: string): Promise<StaffContent> {
  return ask(() => api.GET("/api/v1/staff/content/{key}", { params: { path: { key } } }));
}

export function saveContent({ key, body }: { key: string; body: ContentEdit }): Promise<StaffContent> {
  return changeOnce(["save content", key, body], (header) =>
    api.PUT("/api/v1/staff/content/{key}", { params: { path: { key }, header }, body }),
  );
}

export function publishContent({ id: key, version }: StaffContent): Promise<StaffContent> {
  return changeOnce(["publish content", key, version], (header) =>
    api.POST("/api/v1/staff/content/{key}/publish", { params: { path: { key }, header }, body: { version } }),
  );
}

export function withdrawContent({ id: key, version }: StaffContent): Promise<StaffContent> {
  return changeOnce(["withdraw content", key, version], (header) =>
    api.POST("/api/v1/staff/content/{key}/withdraw", {
      params: { path: { key }, header },
      body: { version },
    }),
  );
}

export async function previewOf(body: string): Promise<string> {
  return (await ask(() => api.POST("/api/v1/staff/content-preview", { body: { body } }))).html;
}

export async function readVersions(key: string): Promise<readonly StaffContentVersion[]> {
  const params = { path: { key } };
  return (await ask(() => api.GET("/api/v1/staff/content/{key}/versions", { params }))).items;
}

export function readVersion(key: string, version: number): Promise<StaffContentAt> {
  const params = { path: { key, version: String(version) } };
  return ask(() => api.GET("/api/v1/staff/content/{key}/versions/{version}", { params }));
}

/** Make the words of an earlier version the draft; what shoppers see stays. */
export async function bringBack({ key, at }: { key: string; at: StaffContentAt }): Promise<StaffContent> {
  const { texts, in_footer, position } = at;
  const { version } = await readContent(key);
  return saveContent({ key, body: { version, texts, in_footer, position } });
}
