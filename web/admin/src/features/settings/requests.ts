import type {
  Settings,
  SettingsAt,
  SettingsChange,
  SettingsDraft,
  SettingsPreview,
} from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** The settings as they hold, under this name among what was read. */
export const HELD = ["shop settings"];

export function readSettings(): Promise<Settings> {
  return ask(() => api.GET("/api/v1/staff/settings"));
}

export function saveSettings(body: SettingsChange): Promise<Settings> {
  return changeOnce(["save settings", body], (header) =>
    api.PUT("/api/v1/staff/settings", { params: { header }, body }),
  );
}

export function previewSettings(body: SettingsDraft): Promise<SettingsPreview> {
  return ask(() => api.POST("/api/v1/staff/settings/preview", { body }));
}

export function readVersion(version: number): Promise<SettingsAt> {
  return ask(() =>
    api.GET("/api/v1/staff/settings/versions/{version}", {
      params: { path: { version: String(version) } },
    }),
  );
}

/** Put the settings of an earlier version in the place of those that hold. */
export async function goBack(earlier: SettingsAt): Promise<Settings> {
  const { version } = await readSettings();
  return saveSettings({ version, settings: earlier.settings });
}
