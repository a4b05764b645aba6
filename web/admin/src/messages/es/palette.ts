import type { palette as english } from "../en/palette.ts";
import type { Words } from "../words.ts";

/** El camino rápido a todo, en español. */
export const palette: Words<typeof english> = {
  palette: {
    open: "Ir a cualquier sitio",
    placeholder: "Una página, un pedido, un cliente, un producto o un SKU",
    nothing: "Nada coincide.",
    groups: { pages: "Páginas", orders: "Pedidos", customers: "Clientes", products: "Productos" },
  },
  keys: {
    title: "Atajos de teclado",
    find: "Filtrar la lista de esta página",
    close: "Cerrar lo que está abierto",
  },
  columns: {
    choose: "Columnas",
  },
};
