import type { ReactNode } from "react";
import "@/styles/shop.css";
import { FIRST_PAINT_SCRIPT } from "@/features/shell/first-paint.ts";
import { Frame } from "@/features/shell/frame.tsx";
import { LOCALES, localeOf, messagesOf } from "@/messages/index.ts";
import { bricolage, figtree } from "@/styles/fonts.ts";

export const dynamicParams = false;

export const viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfcf7" },
    { media: "(prefers-color-scheme: dark)", color: "#0f1712" },
  ],
};

export function generateStaticParams() {
  return LOCALES.map((locale) => ({ locale }));
}

/** Pages a shopper is likely to open next are prepared while the pointer rests on their link. */
const SPECULATION_RULES = JSON.stringify({
  prerender: [
    {
      where: {
        and: [
          { href_matches: "/*" },
          {
            not: {
              href_matches: [
                "/*/cart/*",
                "/*/checkout/*",
                "/*/order/*",
                "/*/account/*",
                "/api/*",
                "/admin/*",
                "/sandbox/*",
                "/media/*",
              ],
            },
          },
        ],
      },
      eagerness: "moderate",
    },
  ],
});

export default async function Layout({
  children,
  params,
}: {
  children: ReactNode;
  params: Promise<{ locale: string }>;
}) {
  const locale = localeOf((await params).locale);
  return (
    <html className={`${figtree.variable} ${bricolage.variable}`} lang={locale} suppressHydrationWarning>
      <head>
        <script dangerouslySetInnerHTML={{ __html: FIRST_PAINT_SCRIPT }} />
        <script dangerouslySetInnerHTML={{ __html: SPECULATION_RULES }} type="speculationrules" />
      </head>
      <body>
        <Frame locale={locale} t={messagesOf(locale)}>
          {children}
        </Frame>
      </body>
    </html>
  );
}
