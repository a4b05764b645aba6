/** The same keys as the English words, with any words: none missing, none too many. */
export type Words<T> = T extends string
  ? string
  : T extends readonly (readonly [string, string])[]
    ? readonly (readonly [string, string])[]
    : { readonly [K in keyof T]: Words<T[K]> };
