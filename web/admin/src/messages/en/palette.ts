/** The quick way to everything, in English. */
export const palette = {
  palette: {
    open: "Go to anything",
    placeholder: "A page, an order, a customer, a product or a SKU",
    nothing: "Nothing fits.",
    groups: { pages: "Pages", orders: "Orders", customers: "Customers", products: "Products" },
  },
  keys: {
    title: "Keyboard shortcuts",
    find: "Narrow the list of this page",
    close: "Close what is open",
  },
  columns: {
    choose: "Columns",
  },
};
