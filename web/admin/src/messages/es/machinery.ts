import type { machinery as english } from "../en/machinery.ts";
import type { Words } from "../words.ts";

/** What React-Admin's own machinery says where we use it, in Spanish. */
export const machinery: Words<typeof english> = {
  action: { close: "Cerrar", undo: "Deshacer" },
  auth: { auth_check_error: "Inicia sesión para continuar", sign_in_error: "No se pudo iniciar sesión" },
  message: { error: "Algo ha salido mal" },
  notification: {
    http_error: "La tienda no responde",
    data_provider_error: "Algo ha salido mal en esta página",
    i18n_error: "No se pudo cargar el idioma",
    item_doesnt_exist: "Esto no existe (o ya no)",
    canceled: "Deshecho",
    logged_out: "Tu sesión ha terminado. Vuelve a iniciarla.",
    not_authorized: "No tienes permiso para hacer esto",
  },
};
