import { api, type Result, read } from "@/api/client.ts";
import { currency } from "@/api/place.ts";
import { done, marked, whoIsIn } from "@/features/account/session.ts";

/** Change the customer's own list; return whether it is so now. */
export async function setWish(id: string, wanted: boolean): Promise<boolean> {
  const who = await whoIsIn();
  // Signed out meanwhile: the list of this browser is a guest's again, and stays.
  if (!who.ok || who.data === null) return who.ok;
  const params = { path: { product_id: id } };
  const send = wanted
    ? () => api.PUT("/api/v1/account/wishlist/{product_id}", { params, headers: marked() })
    : () => api.DELETE("/api/v1/account/wishlist/{product_id}", { params, headers: marked() });
  return (await read(send)).ok;
}

export function readWishlist(locale: string) {
  const params = { query: { locale, currency: currency() } };
  return read(() => api.GET("/api/v1/account/wishlist", { params }));
}

export function share() {
  return read(() => api.PUT("/api/v1/account/wishlist-link", { headers: marked() }));
}

export function stopSharing(): Promise<Result<null>> {
  return read(done(null, () => api.DELETE("/api/v1/account/wishlist-link", { headers: marked() })));
}
