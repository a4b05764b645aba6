import type { StaffOrder } from "@vivamarket/api-client";
import { expect, test } from "vitest";
import { everything, OTHER, packed, parcelOf, trackingOf } from "./parcel.ts";

const line = (position: number, quantity: number) => ({
  position,
  quantity,
  title: `Mug ${position}`,
  variant_title: "Blue",
  sku: `MUG-${position}`,
});
const file = {
  order: { lines: [line(1, 3), line(2, 1)] },
  left_to_ship: [{ position: 1, quantity: 2 }],
} as unknown as StaffOrder;
const typed = { quantities: { 1: "2", 2: "" }, carrier: "correos", name: "", number: " ES 1 " };

test("a form begins with all that is left", () => {
  expect(everything(file, "correos")).toEqual({
    quantities: { 1: "2" },
    carrier: "correos",
    name: "",
    number: "",
  });
});

test("a parcel names its units and how it is followed", () => {
  expect(parcelOf(typed)).toEqual({
    units: [{ position: 1, quantity: 2 }],
    tracking: { carrier: "correos", carrier_name: "", tracking_number: "ES 1" },
  });
});

test("another carrier has a name", () => {
  expect(trackingOf({ carrier: OTHER, name: " ", number: "" })).toBe("va.parcel.no_name");
  expect(trackingOf({ carrier: OTHER, name: " Rosa ", number: "" })).toEqual({
    carrier: "",
    carrier_name: "Rosa",
    tracking_number: "",
  });
});

test("what cannot be sent is said", () => {
  expect(parcelOf({ ...typed, quantities: { 1: "two" } })).toBe("va.parcel.bad_quantity");
  expect(parcelOf({ ...typed, quantities: { 1: "0" } })).toBe("va.parcel.nothing");
});

test("units are shown with their lines", () => {
  expect(packed(file.order, file.left_to_ship)).toEqual([
    { position: 1, title: "Mug 1", variant: "Blue", sku: "MUG-1", quantity: 2, ordered: 3 },
  ]);
});
