import type { content as english } from "../en/content.ts";
import type { Words } from "../words.ts";

/** The shop's own texts, in Spanish. */
export const content: Words<typeof english> = {
  content: {
    add: "Añadir una página",
    none: "Todavía no hay páginas. Añade la primera.",
    title: "Título",
    status: "Estado",
    updated: "Cambiada",
    yes: "Sí",
    is: { draft: "Borrador", published: "Publicada", changed: "Publicada, con cambios" },
    says: {
      draft: "Los compradores no ven esta página.",
      published: "Los compradores ven esta página tal como está aquí.",
      changed: "Los compradores ven la última versión publicada. Publica para mostrar tus cambios.",
    },
    slug: "Dirección",
    description: "En una frase",
    body: "Texto",
    body_hint:
      "Markdown: # título, **negrita**, - lista, [palabras](dirección). El HTML se muestra como texto.",
    preview: "Vista previa, %{name}",
    preview_title: "Como lo ven los compradores",
    place: "Dónde está",
    in_footer: "En el pie de página",
    position: "Orden",
    position_hint: "Los números menores van primero.",
    save: "Guardar el borrador",
    publish: "Publicar",
    withdraw: "Retirar",
    see: "Abrir en la tienda",
    saved: "El borrador está guardado.",
    published: "Publicada. La tienda la muestra en segundos.",
    withdrawn: "Los compradores ya no ven esta página.",
    words: "Textos",
    translation: "Traducción",
    lacks: "falta algo",
    versions: "Versiones",
    versions_lead:
      "Todo lo que decía la página antes. Recuperar una versión la convierte en borrador; los clientes la ven cuando se publica.",
    history: "Qué ha pasado",
    version: "Versión",
    version_number: "Versión %{version}",
    who: "Por",
    shop_itself: "La propia tienda",
    step: { saved: "borrador guardado", published: "publicada", withdrawn: "retirada", removed: "eliminada" },
    bring_back: "Recuperar como borrador",
    brought_back: "Ahora es el borrador. Publícalo para mostrarlo a los clientes.",
    is_now: "El borrador tiene ahora estos textos.",
    was_removed: "Aquí se eliminó la página.",
  },
};
