import { describe, expect, it } from "vitest";
import type { AddressForm } from "@/api/types.ts";
import { en } from "@/messages/en/index.ts";
import { ANY_COUNTRY, fieldsOf } from "./address-form.ts";
import { addressErrors, type CheckoutForm, detailsOf, EMPTY_ADDRESS, formErrors } from "./form.ts";

const T = en.checkout;
const SPAIN: AddressForm = {
  ...ANY_COUNTRY,
  country: "ES",
  used: [...ANY_COUNTRY.used, "region"],
  region_label: "province",
  region_from_postal_code: true,
  postal_code_pattern: "^(?:\\d{5})$",
  postal_code_example: "28039",
};
const USA: AddressForm = {
  ...ANY_COUNTRY,
  country: "US",
  required: [...ANY_COUNTRY.required, "region"],
  used: [...ANY_COUNTRY.used, "region"],
  region_label: "state",
  regions: [{ code: "NY", name: "New York" }],
  postal_code_label: "zip",
};
const RULES = { shipping: SPAIN, billing: SPAIN };
const HOME = {
  ...EMPTY_ADDRESS,
  name: "Jo Doe",
  line1: "Calle Mayor 1",
  city: "Madrid",
  postal_code: "28013",
  country: "ES",
};
const FORM: CheckoutForm = {
  email: "jo@example.com",
  shipping: HOME,
  billingSame: true,
  billing: EMPTY_ADDRESS,
  method: "standard",
};

describe("the checkout form", () => {
  it("accepts a whole one", () => {
    expect(formErrors(FORM, RULES, T)).toEqual([]);
  });

  it("names what is missing in reading order", () => {
    const form = { ...FORM, email: "jo@", shipping: { ...HOME, name: "", postal_code: "28" }, method: "" };
    const ids = formErrors(form, RULES, T).map((error) => error.id);
    expect(ids).toEqual(["email", "shipping-name", "shipping-postal_code", "shipping-method"]);
  });

  it("shows how the country writes a postal code", () => {
    const [error] = addressErrors({ ...HOME, postal_code: "SW1A" }, SPAIN, "shipping", T);
    expect(error?.words).toBe("Postal code: write it as 28039");
  });

  it("follows the country's way of writing", () => {
    const names = (form: AddressForm) => fieldsOf(form, T).map((field) => field.name);
    expect(names(SPAIN)).not.toContain("region");
    expect(names(SPAIN).indexOf("postal_code")).toBeLessThan(names(SPAIN).indexOf("city"));
    expect(names(USA).indexOf("city")).toBeLessThan(names(USA).indexOf("postal_code"));
    expect(fieldsOf(USA, T).find((field) => field.name === "region")).toMatchObject({
      label: "State",
      required: true,
    });
  });

  it("sends only what is whole", () => {
    const empty = detailsOf({ ...FORM, shipping: EMPTY_ADDRESS }, RULES, "en", T);
    expect(empty).toEqual({ locale: "en", email: "jo@example.com", billing_same_as_shipping: true });
    expect(detailsOf(FORM, RULES, "en", T)).toMatchObject({
      shipping_address: HOME,
      shipping_method: "standard",
    });
  });
});
