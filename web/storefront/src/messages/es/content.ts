import type { content as english } from "../en/content.ts";
import type { Words } from "../words.ts";

/** What stands around the shop's own texts, in Spanish. */
export const content: Words<typeof english> = {
  content: {
    updated: "Último cambio: {date}",
  },
} as const;
