/** What React-Admin's own machinery says where we use it, in English. */
export const machinery = {
  action: { close: "Close", undo: "Undo" },
  auth: { auth_check_error: "Sign in to go on", sign_in_error: "Signing in failed" },
  message: { error: "Something went wrong" },
  notification: {
    http_error: "The shop does not answer",
    data_provider_error: "Something went wrong on this page",
    i18n_error: "The language could not be loaded",
    item_doesnt_exist: "This does not exist (any more)",
    canceled: "Undone",
    logged_out: "Your session has ended. Sign in again.",
    not_authorized: "You may not do this",
  },
};
