import type { addresses as english } from "../en/addresses.ts";
import type { Words } from "../words.ts";

/** The customer's address book, in Spanish. */
export const addresses: Words<typeof english> = {
  addresses: {
    saved: "Tus direcciones guardadas",
    add: "Añadir una dirección",
    editing: "Cambiar la dirección",
    edit: "Cambiar",
    remove: "Quitar",
    save: "Guardar la dirección",
    cancel: "Cancelar",
    retry: "Intentar de nuevo",
    empty: "Guarda una dirección una vez y la compra se rellena sola.",
    shippingDefault: "Para envíos",
    billingDefault: "Para facturas",
    useForShipping: "Usar para envíos",
    useForBilling: "Usar para facturas",
    wrong: "revisa este dato",
    full: "Tu libreta de direcciones está llena. Quita primero una.",
    keep: "Guardar esta dirección en mi libreta",
    kept: "La dirección ya está en tu libreta de direcciones.",
    notKept: "No se ha podido guardar la dirección. Puedes añadirla en tu cuenta.",
    failed: "La tienda no ha respondido. Inténtalo de nuevo.",
  },
};
