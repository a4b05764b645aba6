import { useEffect, useState } from "react";
import { api, read } from "@/api/client.ts";
import type { Address, AddressForm } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";

type Words = Messages["checkout"];

/** Where the city is written before the postal code. */
const CITY_FIRST = new Set(["AU", "CA", "GB", "IE", "NZ", "US"]);

/** The form of a country whose own rules have not arrived (yet): the server checks again in any case. */
export const ANY_COUNTRY: AddressForm = {
  country: "",
  required: ["name", "line1", "city", "postal_code"],
  used: ["name", "company", "line1", "line2", "city", "postal_code"],
  regions: [],
  region_label: "region",
  region_from_postal_code: false,
  postal_code_label: "postal",
  postal_code_pattern: "",
  postal_code_example: "",
};

const known = new Map<string, AddressForm>();

/** Follow how a country writes an address. */
export function useAddressForm(country: string): AddressForm {
  const [form, setForm] = useState<AddressForm>(known.get(country) ?? ANY_COUNTRY);
  useEffect(() => {
    const kept = known.get(country);
    if (kept !== undefined || country === "") {
      setForm(kept ?? ANY_COUNTRY);
      return;
    }
    let wanted = true;
    void read(() => api.GET("/api/v1/addresses/{country}", { params: { path: { country } } })).then(
      (result) => {
        if (result.ok) known.set(country, result.data);
        if (wanted) setForm(result.ok ? result.data : ANY_COUNTRY);
      },
    );
    return () => {
      wanted = false;
    };
  }, [country]);
  return form;
}

/** One field of an address with its label and need. */
export interface AddressField {
  readonly name: Exclude<keyof Address, "country">;
  readonly label: string;
  readonly required: boolean;
  readonly autoComplete: string;
  readonly wide: boolean;
}

function regionLabel(form: AddressForm, t: Words): string {
  if (form.region_label === "state") return t.state;
  return form.region_label === "province" ? t.province : t.region;
}

/** Return a country's fields in the order its people write them. */
export function fieldsOf(form: AddressForm, t: Words): readonly AddressField[] {
  const place = ["postal_code", "city", "region"] as const;
  const ordered = CITY_FIRST.has(form.country) ? (["city", "region", "postal_code"] as const) : place;
  const facts = {
    name: [t.name, "name", true],
    company: [t.company, "organization", true],
    line1: [t.line1, "address-line1", true],
    line2: [t.line2, "address-line2", true],
    city: [t.city, "address-level2", false],
    region: [regionLabel(form, t), "address-level1", false],
    postal_code: [form.postal_code_label === "zip" ? t.zip : t.postalCode, "postal-code", false],
    phone: [t.phone, "tel", true],
  } as const;
  const names = (["name", "company", "line1", "line2", ...ordered, "phone"] as const).filter(
    (name) =>
      name === "phone" || (form.used.includes(name) && !(name === "region" && form.region_from_postal_code)),
  );
  return names.map((name) => {
    const [label, autoComplete, wide] = facts[name];
    return { name, label, autoComplete, wide, required: form.required.includes(name) };
  });
}

/** Whether a postal code has the form of that country. */
export function postalCodeFits(code: string, form: AddressForm): boolean {
  return form.postal_code_pattern === "" || new RegExp(form.postal_code_pattern, "i").test(code.trim());
}
