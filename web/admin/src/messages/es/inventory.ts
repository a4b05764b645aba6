import type { inventory as english } from "../en/inventory.ts";
import type { Words } from "../words.ts";

/** Inventory, in Spanish. */
export const inventory: Words<typeof english> = {
  stock: {
    none: "Aún no se cuenta nada.",
    find: "El SKU empieza por",
    low: "quedan pocos",
    sold_out: "agotado",
    on_hand: "Existencias",
    reserved: "Prometido",
    waiting: "Lo esperan",
    no_product: "Ningún producto lo vende",
    adjust: "Ajustar",
    adjust_this: "Ajustar %{sku}",
    adjusted: "El inventario está ajustado.",
    quantity_help: "Lo que entró, como 12; lo que salió, como -3",
    becomes: "Existencias: %{before} pasa a %{after}",
    reason: "Motivo",
    reasons: {
      receipt: "entrada",
      adjustment: "corrección",
      count: "recuento",
      import: "importación",
      shipment: "enviado",
    },
    note: "Nota",
    journal: "Diario",
    journal_lead: "Cada cambio de existencias, el más reciente primero. Nunca se edita.",
    no_moves: "Aún no se ha movido nada.",
  },
};
