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
    failed: "The shop did not answer. Please try again.",
  },
};
