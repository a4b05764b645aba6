import { expect, test } from "vitest";
import { orderQuery } from "./order-query.ts";

test("nothing chosen asks for everything", () => {
  expect(orderQuery({})).toEqual({});
});

test("states, days and totals are asked for as the API names them", () => {
  const asked = orderQuery({
    q: " jo ",
    status: "paid",
    fulfillment: "unfulfilled",
    placed_from: "2026-05-01",
    placed_to: "2026-05-31",
    currency: "EUR",
    total_min: "12.50",
    total_max: "x",
    sort: "total_desc",
  });

  expect(asked).toEqual({
    q: "jo",
    status: ["paid"],
    fulfillment: ["unfulfilled"],
    placed_from: new Date(2026, 4, 1).toISOString(),
    placed_before: new Date(2026, 5, 1).toISOString(),
    currency: "EUR",
    total_min: 1250,
    sort: "total_desc",
  });
});

test("totals without a currency, and half a day, are left out", () => {
  expect(orderQuery({ total_min: "5", sort: "total_asc", placed_from: "2026-05" })).toEqual({});
});
