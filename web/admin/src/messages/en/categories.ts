/** Categories, in English. */
export const categories = {
  category: {
    none: "No categories yet.",
    find: "Find a category",
    name: "Category",
    order: "Order",
    add: "Add a category",
    below: "Lies below",
    top: "Nothing: at the top",
    saved: "The category is saved.",
    earlier: "Move %{name} up",
    later: "Move %{name} down",
  },
};
