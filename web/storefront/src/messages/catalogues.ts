// Written by ./viva generate from the folders beside it.
import { de } from "./de/index.ts";
import { en } from "./en/index.ts";
import { es } from "./es/index.ts";

/** The words of every language. */
export const catalogues = { de, en, es } as const;
