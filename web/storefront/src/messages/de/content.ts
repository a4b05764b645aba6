import type { content as english } from "../en/content.ts";
import type { Words } from "../words.ts";

/** What stands around the shop's own texts, in German. */
export const content: Words<typeof english> = {
  content: {
    updated: "Zuletzt geändert am {date}",
  },
};
