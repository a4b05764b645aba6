import type { addresses as english } from "../en/addresses.ts";
import type { Words } from "../words.ts";

/** The customer's address book, in German. */
export const addresses: Words<typeof english> = {
  addresses: {
    saved: "Deine gespeicherten Adressen",
    add: "Adresse hinzufügen",
    editing: "Adresse ändern",
    edit: "Ändern",
    remove: "Entfernen",
    save: "Adresse speichern",
    cancel: "Abbrechen",
    retry: "Noch einmal versuchen",
    empty: "Speichere eine Adresse einmal, und die Kasse füllt sich von selbst aus.",
    shippingDefault: "Für Pakete",
    billingDefault: "Für Rechnungen",
    useForShipping: "Für Pakete nehmen",
    useForBilling: "Für Rechnungen nehmen",
    wrong: "bitte prüf das",
    full: "Dein Adressbuch ist voll. Entferne zuerst eine Adresse.",
    keep: "Diese Adresse in meinem Adressbuch behalten",
    kept: "Die Adresse steht jetzt in deinem Adressbuch.",
    notKept: "Die Adresse kam nicht ins Adressbuch. Du kannst sie in deinem Konto hinzufügen.",
    failed: "Der Shop hat nicht geantwortet. Bitte versuch es noch einmal.",
  },
};
