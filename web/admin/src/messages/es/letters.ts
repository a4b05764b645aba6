import type { letters as english } from "../en/letters.ts";
import type { Words } from "../words.ts";

/** Dead letters, in Spanish. */
export const letters: Words<typeof english> = {
  letter: {
    lead: "Lo que la tienda intentó procesar tantas veces como puede, sin lograrlo: eventos propios y mensajes del proveedor de pagos. No se pierde nada y nadie más espera por ello. Cuando la causa esté resuelta, repítelo.",
    none: "Ninguno. La tienda ha procesado todo lo que le llegó.",
    what: "Qué",
    about: "Sobre",
    error: "Error",
    died: "Abandonado",
    outbox: "evento propio",
    inbox: "del proveedor",
    replay: "Repetir",
    replay_this: "Repetir %{kind} %{id}",
    replayed: "Se procesa de nuevo.",
  },
};
