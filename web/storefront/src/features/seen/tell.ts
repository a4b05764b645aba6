import { bringFresh } from "@/features/account/bring.ts";
import { marked, whoIsIn } from "@/features/account/session.ts";

/** Tell the account of whoever is signed in. Not reached, it is told with the next page. */
export async function tellSeen(): Promise<void> {
  const who = await whoIsIn();
  if (who.ok && who.data !== null) await bringFresh(marked());
}
