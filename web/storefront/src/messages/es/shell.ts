import type { shell as english } from "../en/shell.ts";
import type { Words } from "../words.ts";

/** What stands on every page, in Spanish. */
export const shell: Words<typeof english> = {
  shop: {
    name: "VivaMarket",
    tagline: "Un mercado con buena cara",
    description: "Comida fresca, casa, jardín, juegos y regalos de un mismo mercado, hasta tu puerta.",
  },
  nav: {
    skip: "Ir al contenido",
    categories: "Categorías",
    all: "Todos los productos",
    menu: "Menú",
    close: "Cerrar",
    currency: "Moneda",
    language: "Idioma",
    theme: "Cambiar entre claro y oscuro",
    account: "Tu cuenta",
    cart: "Cesta",
    cartCount: "Cesta, {count} dentro",
    home: "Inicio",
    breadcrumb: "Estás aquí",
    help: "Ayuda",
    shop: "Tienda",
    top: "Volver arriba",
    footer: "Cosas de cada día, elegidas con cuidado y empaquetadas por personas.",
    rights: "Tienda de demostración. No se venden productos reales.",
    credit: "Las imágenes usan Fluent Emoji de Microsoft (MIT).",
    offline: "Estás sin conexión. Puedes seguir viendo las páginas que ya has abierto.",
  },
  notFound: {
    title: "Este estante está vacío",
    text: "La página que buscas no está aquí. Puede que se vendiera, se moviera o nunca existiera.",
    home: "A la portada",
    search: "Buscar en el mercado",
  },
} as const;
