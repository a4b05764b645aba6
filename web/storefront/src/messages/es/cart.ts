import type { cart as english } from "../en/cart.ts";
import type { Words } from "../words.ts";

/** The cart, in Spanish. */
export const cart: Words<typeof english> = {
  cart: {
    title: "Tu cesta",
    empty: "Tu cesta está vacía",
    emptyText: "Encuentra algo bueno y te esperará aquí.",
    keepShopping: "Seguir comprando",
    view: "Ver la cesta",
    checkout: "Tramitar pedido",
    subtotal: "Subtotal",
    note: "El envío y los impuestos se calculan al tramitar el pedido.",
    remove: "Quitar {title}",
    removed: "Se ha quitado {title}.",
    undo: "Deshacer",
    each: "{price} por unidad",
    oneItem: "{count} producto",
    manyItems: "{count} productos",
    freeShippingLeft: "Te faltan {amount} para el envío gratis",
    freeShippingDone: "Tienes el envío gratis",
    soldOut: "Agotado. Quítalo, por favor.",
    notEnough: "Solo hay {count}.",
    gone: "Ya no se vende. Quítalo, por favor.",
    failed: "No se pudo abrir la cesta",
    failedText: "Lo que pusiste está a salvo. Inténtalo otra vez.",
    retry: "Reintentar",
    updating: "Actualizando la cesta",
    updated: "Cesta actualizada",
    problem: "Revisa primero los productos marcados.",
  },
} as const;
