import { localStorageStore } from "ra-core";

/** Bump it when what is kept in browsers changes its shape. */
const VERSION = "1";

/** What a person set for themselves: language, theme, columns. Nothing of the shop's data. */
export const store = localStorageStore(VERSION, "viva-admin");
