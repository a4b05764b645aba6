/** What stands around the shop's own texts, in English. */
export const content = {
  content: {
    updated: "Last changed on {date}",
  },
} as const;
