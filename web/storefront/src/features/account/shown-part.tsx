"use client";

import { type FormEvent, useState } from "react";
import { keepFavourites } from "@/features/favourites/store.ts";
import type { Messages } from "@/messages/index.ts";
import { type Choices, readPreferences, setPreferences } from "./choices.ts";
import { wordsOf } from "./forms.tsx";
import { Part } from "./part.tsx";

export interface PreferenceProps {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly c: Messages["preferences"];
}

export interface ChoiceProps extends PreferenceProps {
  readonly choices: Choices;
  readonly onPreferences: (preferences: Choices["preferences"]) => void;
}

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly none: string;
  readonly options: readonly (readonly [string, string])[];
}

function Select({ name, label, value, none, options }: SelectProps) {
  return (
    <div>
      <label className="mb-1.5 block font-medium" htmlFor={`shown-${name}`}>
        {label}
      </label>
      <select className="field" defaultValue={value} id={`shown-${name}`} name={name}>
        {value === "" ? <option value="">{none}</option> : null}
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Return a language's own name for itself. */
function nameOf(locale: string): string {
  const name = new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

/** Language, currency and favourite departments, saved together on the version that was shown. */
export function ShownPart({ t, c, choices, onPreferences }: ChoiceProps) {
  const { preferences, departments, currencies, locales } = choices;
  const [told, setTold] = useState<string | null>(null);
  const favourites = new Set(preferences.favourites);

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const result = await setPreferences({
      version: preferences.version,
      locale: String(form.get("locale")) || null,
      currency: String(form.get("currency")) || null,
      favourites: form.getAll("favourites").map(String),
    });
    setTold(result.ok ? c.saved : wordsOf(result.problem, t));
    if (result.ok) {
      keepFavourites(result.data.favourites);
      onPreferences(result.data);
    }
    if (!result.ok && result.problem.code === "stale_version") {
      const fresh = await readPreferences();
      if (fresh.ok) onPreferences(fresh.data);
      setTold(c.stale);
    }
  }

  return (
    <Part done={told} name="shown" title={c.shown}>
      <form className="grid gap-5" key={preferences.version} onSubmit={(event) => void save(event)}>
        <div className="grid gap-5 sm:grid-cols-2">
          <Select
            label={c.language}
            name="locale"
            none={c.asIs}
            options={locales.map((code) => [code, nameOf(code)] as const)}
            value={preferences.locale ?? ""}
          />
          <Select
            label={c.currency}
            name="currency"
            none={c.asIs}
            options={currencies.map((code) => [code, code] as const)}
            value={preferences.currency ?? ""}
          />
        </div>
        <fieldset>
          <legend className="font-medium">{c.favourites}</legend>
          <p className="text-[0.94rem] text-muted">{c.favouritesLead}</p>
          <div className="mt-3 flex flex-wrap gap-2">
            {departments.map((department) => (
              <label className="chip has-checked:border-brand has-checked:bg-brand-soft" key={department.id}>
                <input
                  className="size-4 accent-(--brand)"
                  defaultChecked={favourites.has(department.id)}
                  name="favourites"
                  type="checkbox"
                  value={department.id}
                />
                {department.title}
              </label>
            ))}
          </div>
        </fieldset>
        <p>
          <button className="btn btn-primary" type="submit">
            {c.save}
          </button>
        </p>
      </form>
    </Part>
  );
}
