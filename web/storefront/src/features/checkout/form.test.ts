import { describe, expect, it } from "vitest";
import { en } from "@/messages/en.ts";
import { fieldsOf } from "./countries.ts";
import { addressErrors, type CheckoutForm, detailsOf, EMPTY_ADDRESS, formErrors } from "./form.ts";

const T = en.checkout;
const HOME = { ...EMPTY_ADDRESS, name: "Jo Doe", line1: "Calle Mayor 1", city: "Madrid", postal_code: "28013", country: "ES" };
const FORM: CheckoutForm = { email: "jo@example.com", shipping: HOME, billingSame: true, billing: EMPTY_ADDRESS, method: "standard" };

describe("the checkout form", () => {
  it("accepts a whole one", () => {
    expect(formErrors(FORM, T)).toEqual([]);
  });

  it("names what is missing in reading order", () => {
    const form = { ...FORM, email: "jo@", shipping: { ...HOME, name: "", postal_code: "28" }, method: "" };
    expect(formErrors(form, T).map((error) => error.id)).toEqual(["email", "shipping-name", "shipping-postal_code", "shipping-method"]);
  });

  it("follows the country's way of writing", () => {
    const names = (country: string) => fieldsOf(country, T).map((field) => field.label);
    expect(names("US")).toContain("ZIP code");
    expect(names("US")).toContain("State");
    expect(names("DE").indexOf("Postal code")).toBeLessThan(names("DE").indexOf("City"));
    expect(addressErrors({ ...HOME, country: "US", postal_code: "10001" }, "shipping", T).map((error) => error.id)).toEqual(["shipping-region"]);
  });

  it("sends only what is whole", () => {
    expect(detailsOf({ ...FORM, shipping: EMPTY_ADDRESS }, "en", T)).toEqual({ locale: "en", email: "jo@example.com" });
    expect(detailsOf(FORM, "en", T)).toMatchObject({ shipping_address: HOME, billing_address: HOME, shipping_method: "standard" });
  });
});
