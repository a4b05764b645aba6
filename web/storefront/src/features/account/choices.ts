import type {
  Alert,
  Category,
  Consent,
  ConsentIn,
  PreferencePatch,
  Preferences,
} from "@vivamarket/api-client";
import { api, type Result, read } from "@/api/client.ts";
import { keepFavourites } from "@/features/favourites/store.ts";
import { done, marked } from "./session.ts";

/** Everything the page of preferences shows. */
export interface Choices {
  readonly preferences: Preferences;
  readonly consents: readonly Consent[];
  readonly alerts: readonly Alert[];
  /** The first shelves of the shop. */
  readonly departments: readonly Category[];
  readonly currencies: readonly string[];
  readonly locales: readonly string[];
}

export async function readChoices(locale: string): Promise<Choices | null> {
  const params = { query: { locale } };
  const [preferences, consents, alerts, categories, shop] = await Promise.all([
    read(() => api.GET("/api/v1/account/preferences")),
    read(() => api.GET("/api/v1/account/consents")),
    read(() => api.GET("/api/v1/account/stock-alerts", { params })),
    read(() => api.GET("/api/v1/categories", { params })),
    read(() => api.GET("/api/v1/shop")),
  ]);
  if (preferences.ok) keepFavourites(preferences.data.favourites);
  if (!(preferences.ok && consents.ok && alerts.ok && categories.ok && shop.ok)) return null;
  return {
    preferences: preferences.data,
    consents: consents.data.items,
    alerts: alerts.data.items,
    departments: categories.data.items.filter((category) => category.parent_id === null),
    currencies: shop.data.currencies,
    locales: shop.data.locales,
  };
}

export function setPreferences(body: PreferencePatch): Promise<Result<Preferences>> {
  return read(() => api.PATCH("/api/v1/account/preferences", { body, headers: marked() }));
}

export function readPreferences(): Promise<Result<Preferences>> {
  return read(() => api.GET("/api/v1/account/preferences"));
}

export function decide(body: ConsentIn) {
  return read(() => api.POST("/api/v1/account/consents", { body, headers: marked() }));
}

export function stopWaiting(id: string): Promise<Result<null>> {
  const params = { path: { alert_id: id } };
  return read(
    done(null, () => api.DELETE("/api/v1/account/stock-alerts/{alert_id}", { params, headers: marked() })),
  );
}

export function forgetSeen(): Promise<Result<null>> {
  return read(done(null, () => api.DELETE("/api/v1/account/seen", { headers: marked() })));
}
