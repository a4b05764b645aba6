import type { dashboard as english } from "../en/dashboard.ts";
import type { Words } from "../words.ts";

/** Today, in Spanish. */
export const dashboard: Words<typeof english> = {
  dashboard: {
    lead: "Hoy junto al mismo día de la semana pasada, hasta la misma hora.",
    revenue: "Ingresos",
    orders: "Pedidos",
    average: "Pedido medio",
    refunded: "Devuelto",
    compared: "%{change} frente a la semana pasada",
    no_comparison: "Nada con qué comparar",
    days: "Los últimos 30 días",
    day: "%{day}: %{revenue}, %{smart_count} pedido |||| %{day}: %{revenue}, %{smart_count} pedidos",
    top: "Lo más vendido hoy",
    nothing_sold: "Aún no se ha vendido nada.",
    sold_out: "Agotado (%{count})",
    waiting: "%{smart_count} cliente lo espera |||| %{smart_count} clientes lo esperan",
    none_sold_out: "Todo lo que se cuenta está disponible.",
    stuck: "Pagos atascados (%{count})",
    since: "Desde",
    to_capture: "Hay dinero retenido para estos pedidos que espera que lo cobres:",
    in_review: "Alguien tiene que decidir sobre el dinero de:",
  },
};
