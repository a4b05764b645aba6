import type { categories as english } from "../en/categories.ts";
import type { Words } from "../words.ts";

/** Categories, in Spanish. */
export const categories: Words<typeof english> = {
  category: {
    none: "Aún no hay categorías.",
    find: "Buscar una categoría",
    name: "Categoría",
    order: "Orden",
    add: "Añadir una categoría",
    below: "Está debajo de",
    top: "Nada: arriba del todo",
    saved: "La categoría está guardada.",
    earlier: "Subir %{name}",
    later: "Bajar %{name}",
  },
};
