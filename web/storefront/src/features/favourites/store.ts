/** A customer's favourite departments, as this browser knows them: they come first on the front page. */
import { recall, remember } from "@/api/storage.ts";

const KEY = "viva.favourites";
const FAVOURITES_MAX = 50;
const ID = /^[0-9A-Za-z-]{1,36}$/;

/** Return the ids of the departments, the dearest first. */
export function favourites(): readonly string[] {
  try {
    const found: unknown = JSON.parse(recall(KEY) ?? "[]");
    const ids = Array.isArray(found) ? found.filter((id) => typeof id === "string" && ID.test(id)) : [];
    return ids.slice(0, FAVOURITES_MAX);
  } catch {
    return [];
  }
}

export function keepFavourites(ids: readonly string[]): void {
  remember(KEY, ids.length > 0 ? JSON.stringify(ids) : null);
}
