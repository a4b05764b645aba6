/** The customer's address book, in English. */
export const addresses = {
  addresses: {
    saved: "Your saved addresses",
    add: "Add an address",
    editing: "Change the address",
    edit: "Change",
    remove: "Remove",
    save: "Save the address",
    cancel: "Cancel",
    retry: "Try again",
    empty: "Save an address once, and the checkout fills itself in.",
    shippingDefault: "Parcels first",
    billingDefault: "Invoices first",
    useForShipping: "Use for parcels",
    useForBilling: "Use for invoices",
    wrong: "please check this",
    full: "Your address book is full. Remove an address first.",
    keep: "Keep this address in my address book",
    kept: "The address is in your address book now.",
    notKept: "The address could not be put into your address book. You can add it in your account.",
    failed: "The shop did not answer. Please try again.",
  },
};
