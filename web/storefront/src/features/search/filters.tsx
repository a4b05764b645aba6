"use client";

import { formatMoney, parseMinorUnits } from "@vivamarket/format";
import { useState } from "react";
import type { Facet, SearchResults } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";
import { type ListQuery, toggled } from "./query.ts";

const VALUES_SHOWN = 8;

interface Props {
  readonly query: ListQuery;
  readonly results: SearchResults;
  readonly locale: string;
  readonly t: Messages["list"];
  readonly showCategories: boolean;
  readonly onChange: (query: ListQuery) => void;
}

function plain(units: string): string {
  return units === "" ? "" : String(Number(units) / 100);
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset className="border-b border-line py-5 last:border-0">
      <legend className="float-left mb-3 w-full font-semibold">{title}</legend>
      <div className="clear-both space-y-1">{children}</div>
    </fieldset>
  );
}

function Check({
  label,
  count,
  checked,
  onChange,
}: {
  label: string;
  count?: number;
  checked: boolean;
  onChange: () => void;
}) {
  return (
    <label className="flex min-h-9 items-center gap-3 rounded-lg px-1 hover:bg-sunken">
      <input checked={checked} className="size-5 shrink-0 accent-brand" onChange={onChange} type="checkbox" />
      <span className="flex-1">{label}</span>
      {count === undefined ? null : <span className="text-[0.9rem] text-muted tabular-nums">{count}</span>}
    </label>
  );
}

function FacetGroup({
  facet,
  query,
  t,
  onChange,
}: Pick<Props, "query" | "t" | "onChange"> & { facet: Facet }) {
  const [all, setAll] = useState(false);
  const chosen = query.attributes[facet.key] ?? [];
  const values = all
    ? facet.values
    : facet.values.filter((value, index) => index < VALUES_SHOWN || chosen.includes(value.value));
  return (
    <Group title={facet.label}>
      {values.map((value) => (
        <Check
          checked={chosen.includes(value.value)}
          count={value.count}
          key={value.value}
          label={value.label}
          onChange={() => onChange(toggled(query, facet.key, value.value))}
        />
      ))}
      {values.length < facet.values.length ? (
        <button className="link px-1 text-[0.94rem]" onClick={() => setAll(true)} type="button">
          {t.showAllValues} ({facet.values.length})
        </button>
      ) : null}
    </Group>
  );
}

function PriceGroup({ query, results, locale, t, onChange }: Omit<Props, "showCategories">) {
  if (results.price === null) return null;
  const { min, max } = results.price;
  const currency = min.currency;
  const change = (side: "price_min" | "price_max", text: string) => {
    const units = text.trim() === "" ? null : parseMinorUnits(text, currency);
    onChange({ ...query, [side]: units === null ? "" : String(units) });
  };
  const bound = (side: "price_min" | "price_max", label: string, hint: string) => (
    <label className="flex-1 text-[0.9rem] text-muted">
      {label}
      <input
        className="field mt-1 text-ink"
        defaultValue={plain(query[side])}
        inputMode="decimal"
        key={query[side]}
        onBlur={(event) => change(side, event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") change(side, event.currentTarget.value);
        }}
        placeholder={hint}
      />
    </label>
  );
  return (
    <Group title={t.price}>
      <div className="flex gap-3">
        {bound("price_min", t.priceMin, formatMoney(min, locale))}
        {bound("price_max", t.priceMax, formatMoney(max, locale))}
      </div>
    </Group>
  );
}

/** Everything a list can be narrowed by. Values of one group are alternatives. */
export function Filters({ query, results, locale, t, showCategories, onChange }: Props) {
  return (
    <div>
      {showCategories && results.categories.length > 1 ? (
        <Group title={t.category}>
          {results.categories.map((category) => (
            <Check
              checked={query.category === category.slug}
              count={category.count}
              key={category.id}
              label={category.title}
              onChange={() =>
                onChange({ ...query, category: query.category === category.slug ? "" : category.slug })
              }
            />
          ))}
        </Group>
      ) : null}
      <Group title={t.availability}>
        <Check
          checked={query.available}
          label={t.availableOnly}
          onChange={() => onChange({ ...query, available: !query.available })}
        />
      </Group>
      <PriceGroup locale={locale} onChange={onChange} query={query} results={results} t={t} />
      {results.facets.map((facet) => (
        <FacetGroup facet={facet} key={facet.key} onChange={onChange} query={query} t={t} />
      ))}
    </div>
  );
}
