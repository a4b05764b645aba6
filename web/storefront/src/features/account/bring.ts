import type { GuestPreferencesIn, Merge } from "@vivamarket/api-client";
import { api, type Result, read } from "@/api/client.ts";
import { keepFavourites } from "@/features/favourites/store.ts";
import { keepSeen, SEEN_MAX, type Seen, seen } from "@/features/seen/store.ts";
import { consents, keepWishes, wishes } from "@/features/wishes/store.ts";

function bare(marks: readonly Seen[]) {
  return marks.slice(0, SEEN_MAX).map(({ product_id, at }) => ({ product_id, at }));
}

/** Bring something along into the account, and keep here what the account knows now. */
async function bring(body: GuestPreferencesIn, headers: Record<string, string>): Promise<Result<Merge>> {
  const result = await read(() => api.POST("/api/v1/account/preferences/merge", { body, headers }));
  if (result.ok) {
    keepSeen(result.data.seen);
    keepFavourites(result.data.preferences.favourites);
  }
  return result;
}

/** Bring what this browser has kept of its guest along; what found no room stays here. */
export async function bringGuest(
  headers: Record<string, string>,
  locale: string,
  currency: string,
): Promise<void> {
  const body = { wishlist: [...wishes()], seen: bare(seen()), consents: [...consents()], locale, currency };
  const result = await bring(body, headers);
  if (!result.ok) return;
  const at = new Date().toISOString();
  const own = result.data.preferences.wished.map((id) => ({ product_id: id, at }));
  keepWishes([...own, ...result.data.left]);
}

/** Tell the account what was looked at and decided since; it answers what other devices told it. */
export async function bringFresh(headers: Record<string, string>): Promise<void> {
  const fresh = seen().filter((each) => each.fresh);
  await bring({ wishlist: [], seen: bare(fresh), consents: [...consents()] }, headers);
}
