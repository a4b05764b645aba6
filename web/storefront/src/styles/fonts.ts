import localFont from "next/font/local";

// The files are cut from the whole fonts by scripts/subset-fonts.mjs.

/** For reading. Preloaded, with a fallback of the same measure, so that nothing moves when it arrives. */
export const figtree = localFont({
  src: "../../dist/letters/figtree.woff2",
  weight: "400 700",
  display: "swap",
  variable: "--font-figtree",
});

/** For headings, which have one weight: a variable font is twice as long. */
export const bricolage = localFont({
  src: "../../dist/letters/bricolage.woff2",
  weight: "700",
  display: "swap",
  variable: "--font-bricolage",
});
