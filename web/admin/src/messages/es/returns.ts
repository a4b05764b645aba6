import type { returns as english } from "../en/returns.ts";
import type { Words } from "../words.ts";

/** Returns and invoices, in Spanish. */
export const returns: Words<typeof english> = {
  return: {
    title: "Devoluciones",
    none: "Nadie quiere devolver nada.",
    reason: "Motivo",
    units: "Unidades",
    requested_at: "Solicitada",
    answer: "Mensaje al cliente",
    answer_help: "Aparece en la página del pedido del cliente: adónde enviarlo, o por qué no.",
    answered: "Nuestra respuesta:",
    came: "han llegado %{received}, %{restocked} vuelven al estante",
    received: "Han llegado",
    received_of: "Cuántos de %{title} han llegado",
    restocked: "Vuelven al estante",
    restocked_of: "Cuántos de %{title} vuelven al estante",
    unrefunded_text:
      "Los productos están aquí, pero el dinero de este pedido no puede volver por sí mismo. Mira sus pagos y reembolsos.",
    reasons: {
      changed_mind: "Ha cambiado de idea",
      does_not_fit: "No le queda bien",
      not_as_described: "No es como se describe",
      damaged: "Llegó dañado",
      wrong_product: "Producto equivocado",
      other: "Otro motivo",
    },
    status: {
      requested: "espera tu respuesta",
      approved: "aprobada, en camino",
      refused: "rechazada",
      withdrawn: "retirada",
      received: "recibida",
      refunded: "recibida y reembolsada",
      unrefunded: "recibida sin reembolso",
    },
    approve: {
      do: "Aprobar",
      ask: "¿Aceptar esta devolución?",
      text: "Pedimos al cliente por correo que lo envíe. El dinero vuelve cuando esté aquí.",
      done: "Aprobada. El cliente lo sabe por correo.",
    },
    refuse: {
      do: "Rechazar",
      ask: "¿Rechazar esta devolución?",
      text: "El cliente lo sabe por correo y se queda con los productos.",
      done: "Rechazada. El cliente lo sabe por correo.",
    },
    receive: {
      do: "Recibir y reembolsar",
      ask: "¿Qué ha vuelto?",
      text: "El dinero de lo que ha llegado vuelve ahora. Solo vuelve al estante lo que se puede vender otra vez.",
      done: "Recibida. El dinero está en camino.",
    },
  },
  invoice: { title: "Facturas", invoice: "Factura", credit_note: "Factura rectificativa" },
};
