import type { reports as english } from "../en/reports.ts";
import type { Words } from "../words.ts";

/** Reconciliation, in Spanish. */
export const reports: Words<typeof english> = {
  report: {
    lead: "Una vez al día la tienda compara cada pago de los últimos 30 días con la cuenta del proveedor de pagos, resuelve lo que puede e informa aquí del resto.",
    none: "Aún no hay informes. El proceso de fondo hace el primero por sí solo, minutos después de arrancar.",
    compare: "Comparar ahora",
    begun: "La comparación ha empezado. Su informe aparecerá aquí cuando termine.",
    newest: "Último informe",
    all: "Todos los informes",
    open: "%{smart_count} abierta |||| %{smart_count} abiertas",
    compared: "%{smart_count} pago desde |||| %{smart_count} pagos desde",
    more: "Había más de los que mira una comparación.",
    sums: "Sumas por moneda",
    currency: "Moneda",
    ours_captured: "Nuestros cobros",
    theirs_captured: "Cobros del proveedor",
    ours_refunded: "Nuestros reembolsos",
    theirs_refunded: "Reembolsos del proveedor",
    differences: "Diferencias",
    kind: "Tipo",
    payment: "Pago",
    ours: "Nuestro",
    theirs: "Del proveedor",
    now: "Ahora",
    ended: "Terminado",
    payments: "Pagos",
    kinds: {
      unknown_to_us: "desconocido para nosotros",
      unknown_to_provider: "desconocido para el proveedor",
      status: "estado",
      captured: "cobrado",
      refunded: "reembolsado",
      dispute: "disputa",
    },
  },
};
