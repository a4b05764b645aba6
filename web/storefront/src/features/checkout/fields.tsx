"use client";

import type { Address, AddressForm, Country } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import { type AddressField, fieldsOf } from "./address-form.ts";
import type { FieldError } from "./form.ts";

interface InputProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly errors: readonly FieldError[];
  readonly onChange: (value: string) => void;
  readonly onLeave: () => void;
  readonly type?: string;
  readonly autoComplete: string;
  readonly required?: boolean;
  readonly hint?: string;
}

/** A labeled field that says what is wrong with it. */
export function TextField({
  id,
  label,
  value,
  errors,
  onChange,
  onLeave,
  type = "text",
  autoComplete,
  required = false,
  hint,
}: InputProps) {
  const error = errors.find((found) => found.id === id);
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div>
      <label className="mb-1.5 block font-medium" htmlFor={id}>
        {label}
      </label>
      <input
        aria-describedby={described === "" ? undefined : described}
        aria-invalid={error !== undefined}
        aria-required={required}
        autoComplete={autoComplete}
        className="field"
        id={id}
        maxLength={200}
        onBlur={onLeave}
        onChange={(event) => onChange(event.target.value)}
        type={type}
        value={value}
      />
      {hint ? (
        <p className="mt-1 text-[0.9rem] text-muted" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p className="mt-1 text-[0.94rem] font-medium text-tomato" id={`${id}-error`}>
          {error.words}
        </p>
      ) : null}
    </div>
  );
}

interface AddressProps {
  readonly prefix: "shipping" | "billing";
  readonly address: Address;
  readonly rules: AddressForm;
  readonly countries: readonly Country[];
  readonly errors: readonly FieldError[];
  readonly t: Messages["checkout"];
  readonly onChange: (address: Address) => void;
  readonly onLeave: () => void;
}

/** An address in the way of its country. */
export function AddressFields({
  prefix,
  address,
  rules,
  countries,
  errors,
  t,
  onChange,
  onLeave,
}: AddressProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <label className="mb-1.5 block font-medium" htmlFor={`${prefix}-country`}>
          {t.country}
        </label>
        <select
          autoComplete={`${prefix} country`}
          className="field"
          id={`${prefix}-country`}
          onBlur={onLeave}
          onChange={(event) => onChange({ ...address, country: event.target.value, region: "" })}
          value={address.country}
        >
          {countries.map((country) => (
            <option key={country.code} value={country.code}>
              {country.name}
            </option>
          ))}
        </select>
      </div>
      {fieldsOf(rules, t).map((field) => (
        <div className={field.wide ? "sm:col-span-2" : ""} key={field.name}>
          {field.name === "region" && rules.regions.length > 0 ? (
            <RegionField
              address={address}
              errors={errors}
              field={field}
              onChange={onChange}
              onLeave={onLeave}
              prefix={prefix}
              rules={rules}
            />
          ) : (
            <TextField
              autoComplete={`${prefix} ${field.autoComplete}`}
              errors={errors}
              id={`${prefix}-${field.name}`}
              label={field.label}
              onChange={(value) => onChange({ ...address, [field.name]: value })}
              onLeave={onLeave}
              required={field.required}
              type={field.name === "phone" ? "tel" : "text"}
              value={address[field.name]}
              {...(field.name === "phone" ? { hint: t.phoneHint } : {})}
            />
          )}
        </div>
      ))}
    </div>
  );
}

type RegionProps = Pick<AddressProps, "prefix" | "address" | "rules" | "errors" | "onChange" | "onLeave"> & {
  readonly field: AddressField;
};

function RegionField({ prefix, address, rules, errors, field, onChange, onLeave }: RegionProps) {
  const id = `${prefix}-region`;
  const error = errors.find((found) => found.id === id);
  return (
    <>
      <label className="mb-1.5 block font-medium" htmlFor={id}>
        {field.label}
      </label>
      <select
        aria-describedby={error ? `${id}-error` : undefined}
        aria-invalid={error !== undefined}
        autoComplete={`${prefix} ${field.autoComplete}`}
        className="field"
        id={id}
        onBlur={onLeave}
        onChange={(event) => onChange({ ...address, region: event.target.value })}
        value={address.region}
      >
        <option value="" />
        {rules.regions.map((region) => (
          <option key={region.code} value={region.code}>
            {region.name}
          </option>
        ))}
      </select>
      {error ? (
        <p className="mt-1 text-[0.94rem] font-medium text-tomato" id={`${id}-error`}>
          {error.words}
        </p>
      ) : null}
    </>
  );
}
