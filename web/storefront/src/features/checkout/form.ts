import type { CartDetailsPatch } from "@vivamarket/api-client";
import { fill } from "@vivamarket/format";
import type { Address, AddressForm } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import { fieldsOf, postalCodeFits } from "./address-form.ts";

type Words = Messages["checkout"];

/** What the shopper has typed so far. */
export interface CheckoutForm {
  readonly email: string;
  readonly shipping: Address;
  readonly billingSame: boolean;
  readonly billing: Address;
  readonly method: string;
}

/** One thing to correct: the field's id and the words for it. */
export interface FieldError {
  readonly id: string;
  readonly words: string;
}

export const EMPTY_ADDRESS: Address = {
  name: "",
  company: "",
  line1: "",
  line2: "",
  city: "",
  region: "",
  postal_code: "",
  country: "",
  phone: "",
};

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;

/** How the two addresses' countries write them. */
export interface Rules {
  readonly shipping: AddressForm;
  readonly billing: AddressForm;
}

/** Return what is wrong with an address, in the order of its fields. */
export function addressErrors(
  address: Address,
  rules: AddressForm,
  prefix: string,
  t: Words,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (address.country === "")
    errors.push({ id: `${prefix}-country`, words: fill(t.required, { field: t.country }) });
  for (const field of fieldsOf(rules, t)) {
    const id = `${prefix}-${field.name}`;
    const value = address[field.name].trim();
    if (value === "" && field.required) errors.push({ id, words: fill(t.required, { field: field.label }) });
    if (field.name === "postal_code" && value !== "" && !postalCodeFits(value, rules)) {
      errors.push({
        id,
        words: fill(t.invalidPostal, { field: field.label, example: rules.postal_code_example }),
      });
    }
  }
  return errors;
}

/** Return everything that keeps the order from being placed, in reading order. */
export function formErrors(form: CheckoutForm, rules: Rules, t: Words): readonly FieldError[] {
  const errors: FieldError[] = [];
  const email = form.email.trim();
  if (email === "") errors.push({ id: "email", words: fill(t.required, { field: t.email }) });
  else if (!EMAIL.test(email)) errors.push({ id: "email", words: t.invalidEmail });
  errors.push(...addressErrors(form.shipping, rules.shipping, "shipping", t));
  if (form.method === "") errors.push({ id: "shipping-method", words: t.chooseShipping });
  if (!form.billingSame) errors.push(...addressErrors(form.billing, rules.billing, "billing", t));
  return errors;
}

/** Return the details as the API takes them; only what is whole is sent. */
export function detailsOf(form: CheckoutForm, rules: Rules, locale: string, t: Words): CartDetailsPatch {
  const details: CartDetailsPatch = { locale, billing_same_as_shipping: form.billingSame };
  if (EMAIL.test(form.email.trim())) details.email = form.email.trim();
  if (addressErrors(form.shipping, rules.shipping, "shipping", t).length === 0) {
    details.shipping_address = form.shipping;
    if (form.method !== "") details.shipping_method = form.method;
  }
  if (!form.billingSame && addressErrors(form.billing, rules.billing, "billing", t).length === 0) {
    details.billing_address = form.billing;
  }
  return details;
}
