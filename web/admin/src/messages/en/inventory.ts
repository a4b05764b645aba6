/** Inventory, in English. */
export const inventory = {
  stock: {
    none: "Nothing is counted yet.",
    find: "SKU begins with",
    low: "running low",
    sold_out: "sold out",
    on_hand: "On hand",
    reserved: "Promised",
    no_product: "No product sells it",
    adjust: "Adjust",
    adjust_this: "Adjust %{sku}",
    adjusted: "The stock is adjusted.",
    quantity_help: "What came in, such as 12; what went, such as -3",
    becomes: "On hand: %{before} becomes %{after}",
    reason: "Reason",
    reasons: {
      receipt: "goods came in",
      adjustment: "correction",
      count: "counted",
      import: "import",
      shipment: "sent out",
    },
    note: "Note",
    journal: "Journal",
    journal_lead: "Every change of what is on hand, newest first. It is never edited.",
    no_moves: "Nothing has moved yet.",
  },
};
