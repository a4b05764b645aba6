import localFont from "next/font/local";

/** For reading. Preloaded, with a fallback of the same measure, so that nothing moves when it arrives. */
export const figtree = localFont({
  src: "../../../node_modules/@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
  weight: "300 900",
  display: "swap",
  variable: "--font-figtree",
});

/** For headings, which have one weight: a variable font is twice as long. */
export const bricolage = localFont({
  src: "../../../node_modules/@fontsource/bricolage-grotesque/files/bricolage-grotesque-latin-700-normal.woff2",
  weight: "700",
  display: "swap",
  variable: "--font-bricolage",
});
