/** Today, in English. */
export const dashboard = {
  dashboard: {
    lead: "Today beside the same day of last week, until the same time of day.",
    revenue: "Revenue",
    orders: "Orders",
    average: "Average order",
    refunded: "Given back",
    compared: "%{change} against last week",
    no_comparison: "Nothing to compare with",
    days: "The last 30 days",
    day: "%{day}: %{revenue}, %{smart_count} order |||| %{day}: %{revenue}, %{smart_count} orders",
    top: "Sold most today",
    nothing_sold: "Nothing sold yet.",
    sold_out: "Sold out (%{count})",
    waiting: "%{smart_count} customer waits for it |||| %{smart_count} customers wait for it",
    none_sold_out: "Everything that is counted can be had.",
    stuck: "Stuck payments (%{count})",
    since: "Since",
    to_capture: "Money is held for these orders and waits for you to capture it:",
    in_review: "Somebody has to decide about the money of:",
  },
};
