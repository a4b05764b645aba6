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
    offline:
      "Du bist offline. Dein Warenkorb bleibt erhalten; Seiten öffnen sich, sobald die Verbindung zurück ist.",
  },
  consent: {
    title: "Dürfen wir uns etwas mehr merken?",
    text: "Was der Laden zum Arbeiten braucht, bleibt immer: dein Warenkorb, deine Sprache, diese Wahl. Alles andere entscheidest du.",
    choose: "Einzeln auswählen",
    save: "Auswahl behalten",
    reject: "Nur Nötiges",
    accept: "Alles erlauben",
    again: "Privatsphäre",
    purposes: { statistics: "Besuche zählen", marketing: "Vorschläge" },
    purposeTexts: {
      statistics: "Zählen, welche Seiten gelesen werden, ohne dass es sonst jemand erfährt.",
      marketing: "Merken, was du angesehen hast, hier und in deinem Konto, und daraus vorschlagen.",
    },
  },
  offline: {
    title: "Keine Verbindung",
    text: "Diese Seite konnte nicht geladen werden. Preise und Bestände zeigen wir nie aus dem Gedächtnis, also warten wir lieber. Dein Warenkorb bleibt erhalten.",
    again: "Noch einmal versuchen",
  },
  notFound: {
    title: "Dieses Regal ist leer",
    text: "Die Seite, die du suchst, ist nicht hier. Vielleicht wurde sie verkauft, verschoben oder gab es sie nie.",
    home: "Zur Startseite",
    search: "Den Markt durchsuchen",
  },
};
