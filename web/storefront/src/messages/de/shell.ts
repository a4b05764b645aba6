import type { shell as english } from "../en/shell.ts";
import type { Words } from "../words.ts";

/** What stands on every page, in German. */
export const shell: Words<typeof english> = {
  shop: {
    name: "VivaMarket",
    tagline: "Ein freundlicher Markt für alles",
    description:
      "Frisches, Haus, Garten, Spiel und Geschenke aus einem freundlichen Markt, bis an deine Tür geliefert.",
  },
  nav: {
    skip: "Zum Inhalt springen",
    categories: "Kategorien",
    all: "Alle Produkte",
    menu: "Menü",
    close: "Schließen",
    currency: "Währung",
    language: "Sprache",
    theme: "Zwischen hell und dunkel wechseln",
    account: "Dein Konto",
    cart: "Warenkorb",
    cartCount: "Warenkorb, {count} darin",
    home: "Startseite",
    breadcrumb: "Du bist hier",
    help: "Hilfe",
    shop: "Markt",
    top: "Nach oben",
    footer: "Dinge für jeden Tag, mit Sorgfalt gewählt und von Menschen gepackt.",
    rights: "Ein Shop zur Vorführung. Es werden keine echten Waren verkauft.",
    credit: "Die Produktbilder verwenden Fluent Emoji von Microsoft (MIT).",
    offline: "Du bist offline. Seiten, die du schon gesehen hast, kannst du weiter lesen.",
  },
  notFound: {
    title: "Dieses Regal ist leer",
    text: "Die Seite, die du suchst, ist nicht hier. Vielleicht wurde sie verkauft, verschoben oder gab es sie nie.",
    home: "Zur Startseite",
    search: "Den Markt durchsuchen",
  },
};
