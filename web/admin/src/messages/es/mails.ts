import type { mails as english } from "../en/mails.ts";
import type { Words } from "../words.ts";

/** Mail, in Spanish. */
export const mails: Words<typeof english> = {
  mail: {
    none: "Aún no hay correos. El primer pedido envía uno.",
    subject: "Asunto",
    to: "Para",
    sent: "Enviado",
    from_to: "De %{from} a %{to}",
    views: "Cómo mostrarlo",
    view: { page: "Como lo ve quien lo lee", text: "Texto", source: "Fuente" },
  },
};
