import type { Messages } from "@/messages/index.ts";

type Words = Messages["checkout"];

/** How a country writes an address. The server checks again by its own, fuller rules. */
export interface CountryForm {
  readonly postal: RegExp;
  readonly postalLabel: "postalCode" | "zip" | "postcode";
  readonly region: "none" | "optional" | "required";
  readonly regionLabel: "region" | "state" | "province";
  readonly postalFirst: boolean;
  readonly example: string;
}

const EUROPEAN: CountryForm = {
  postal: /^\d{5}$/,
  postalLabel: "postalCode",
  region: "none",
  regionLabel: "region",
  postalFirst: true,
  example: "10115",
};

const FORMS: Readonly<Record<string, CountryForm>> = {
  DE: EUROPEAN,
  FR: { ...EUROPEAN, example: "75001" },
  ES: { ...EUROPEAN, region: "none", regionLabel: "province", example: "28013" },
  IT: { ...EUROPEAN, region: "required", regionLabel: "province", example: "00118" },
  PT: { ...EUROPEAN, postal: /^\d{4}-\d{3}$/, example: "1000-205" },
  NL: { ...EUROPEAN, postal: /^\d{4} ?[A-Za-z]{2}$/, example: "1012 AB" },
  BE: { ...EUROPEAN, postal: /^\d{4}$/, example: "1000" },
  AT: { ...EUROPEAN, postal: /^\d{4}$/, example: "1010" },
  CH: { ...EUROPEAN, postal: /^\d{4}$/, example: "8001" },
  IE: { ...EUROPEAN, postal: /^[A-Za-z]\d[\dWw] ?[A-Za-z\d]{4}$/, postalFirst: false, region: "optional", example: "D02 AF30" },
  GB: { ...EUROPEAN, postal: /^[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}$/, postalLabel: "postcode", postalFirst: false, example: "SW1A 1AA" },
  US: { ...EUROPEAN, postal: /^\d{5}(-\d{4})?$/, postalLabel: "zip", region: "required", regionLabel: "state", postalFirst: false, example: "10001" },
};

const ANYWHERE: CountryForm = { ...EUROPEAN, postal: /^.{0,12}$/, region: "optional", example: "" };

/** Return how that country writes an address. */
export function formOf(country: string): CountryForm {
  return FORMS[country] ?? ANYWHERE;
}

/** The fields of an address in the order of that country's form, with label and need. */
export interface AddressField {
  readonly name: "name" | "company" | "line1" | "line2" | "postal_code" | "city" | "region" | "phone";
  readonly label: string;
  readonly required: boolean;
  readonly autoComplete: string;
  readonly wide: boolean;
}

/** Return that country's fields in the order its people write them. */
export function fieldsOf(country: string, t: Words): readonly AddressField[] {
  const form = formOf(country);
  const postal: AddressField = { name: "postal_code", label: t[form.postalLabel], required: form.example !== "", autoComplete: "postal-code", wide: false };
  const city: AddressField = { name: "city", label: t.city, required: true, autoComplete: "address-level2", wide: false };
  const region: AddressField = { name: "region", label: t[form.regionLabel], required: form.region === "required", autoComplete: "address-level1", wide: false };
  const place = form.postalFirst ? [postal, city] : [city, postal];
  return [
    { name: "name", label: t.name, required: true, autoComplete: "name", wide: true },
    { name: "company", label: t.company, required: false, autoComplete: "organization", wide: true },
    { name: "line1", label: t.line1, required: true, autoComplete: "address-line1", wide: true },
    { name: "line2", label: t.line2, required: false, autoComplete: "address-line2", wide: true },
    ...place,
    ...(form.region === "none" ? [] : [region]),
    { name: "phone", label: t.phone, required: false, autoComplete: "tel", wide: true },
  ];
}
