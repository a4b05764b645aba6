import type { cart as english } from "../en/cart.ts";
import type { Words } from "../words.ts";

/** The cart, in German. */
export const cart: Words<typeof english> = {
  cart: {
    title: "Dein Warenkorb",
    empty: "Dein Warenkorb ist leer",
    emptyText: "Finde etwas Gutes, und es wartet hier auf dich.",
    keepShopping: "Weiter einkaufen",
    view: "Warenkorb ansehen",
    checkout: "Zur Kasse",
    subtotal: "Zwischensumme",
    note: "Versand und Steuer werden an der Kasse berechnet.",
    remove: "{title} entfernen",
    removed: "{title} wurde entfernt.",
    undo: "Rückgängig",
    each: "je {price}",
    oneItem: "{count} Produkt",
    manyItems: "{count} Produkte",
    freeShippingLeft: "Noch {amount} bis zum kostenlosen Versand",
    freeShippingDone: "Dein Versand ist kostenlos",
    soldOut: "Ausverkauft. Bitte entferne es.",
    notEnough: "Nur {count} verfügbar.",
    gone: "Wird nicht mehr verkauft. Bitte entferne es.",
    failed: "Der Warenkorb ist nicht erreichbar",
    failedText: "Was darin liegt, ist sicher. Bitte versuch es noch einmal.",
    retry: "Noch einmal versuchen",
    updating: "Warenkorb wird aktualisiert",
    updated: "Warenkorb aktualisiert",
    problem: "Bitte sieh dir zuerst die markierten Produkte an.",
  },
};
