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
    offline: "Estás sin conexión. Tu cesta se conserva; las páginas se abrirán cuando vuelva la conexión.",
  },
  consent: {
    title: "¿Podemos recordar algo más?",
    text: "Lo que la tienda necesita para funcionar se guarda siempre: tu cesta, tu idioma, esta elección. Lo demás lo decides tú.",
    choose: "Elegir una por una",
    save: "Guardar mi elección",
    reject: "Solo lo necesario",
    accept: "Permitir todo",
    again: "Opciones de privacidad",
    purposes: { statistics: "Contar visitas", marketing: "Sugerencias" },
    purposeTexts: {
      statistics: "Contar qué páginas se leen, sin que nadie más se entere.",
      marketing: "Recordar lo que has visto, aquí y en tu cuenta, y hacer sugerencias a partir de ello.",
    },
  },
  offline: {
    title: "Sin conexión",
    text: "No se ha podido cargar esta página. Nunca mostramos precios ni existencias de memoria, así que preferimos esperar. Tu cesta se conserva.",
    again: "Volver a intentarlo",
  },
  notFound: {
    title: "Este estante está vacío",
    text: "La página que buscas no está aquí. Puede que se vendiera, se moviera o nunca existiera.",
    home: "A la portada",
    search: "Buscar en el mercado",
  },
} as const;
