"use client";

import { fill, formatMoney, plural } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { api, read } from "@/api/client.ts";
import { currency, home, tail } from "@/api/place.ts";
import type { ProductCardData, SearchResults } from "@/api/types.ts";
import { ProductCard } from "@/features/catalog/card.tsx";
import { cardView } from "@/features/catalog/view.ts";
import type { Messages } from "@/messages/index.ts";
import { Filters } from "./filters.tsx";
import { FIRST_SEEN, GRID, Skeletons } from "./grid.tsx";
import {
  amount,
  apiQuery,
  cleared,
  filterCount,
  type ListQuery,
  readQuery,
  SORTS,
  toggled,
  writeQuery,
} from "./query.ts";

interface Props {
  readonly locale: string;
  readonly kind: "category" | "search";
  readonly t: Messages["list"];
  readonly s: Messages["search"];
  readonly p: Messages["product"];
  readonly close: string;
  /** What the publisher or the page's head put there: shown until the shopper asks for something else. */
  readonly children?: ReactNode;
}

interface Fixed {
  readonly category?: string;
  readonly sort: string;
}

/** Whether the page's head has drawn the first answer by the time that it is here. */
async function drawn(loaded: Promise<void>): Promise<boolean> {
  await loaded;
  return (await window.vivaDrawn) ?? false;
}

function fixedBy(kind: Props["kind"], locale: string): Fixed {
  if (kind === "search") return { sort: "relevance" };
  return { category: decodeURIComponent(tail(locale).split("/")[1] ?? ""), sort: "newest" };
}

interface List {
  readonly query: ListQuery | null;
  readonly results: SearchResults | null;
  readonly items: readonly ProductCardData[];
  readonly status: "loading" | "ready" | "failed";
  /** Whether what was there before the scripts no longer answers the question. */
  readonly replaced: boolean;
  readonly change: (query: ListQuery) => void;
  /** Works from the address too: a choice may come before the first answer. */
  readonly sortBy: (sort: string) => void;
  readonly more: () => void;
  readonly retry: () => void;
  readonly reset: () => void;
}

/** Follow the page's address: what it asks for is loaded, what the shopper changes is written to it. */
function useList(kind: Props["kind"], locale: string): List {
  const [query, setQuery] = useState<ListQuery | null>(null);
  const [results, setResults] = useState<SearchResults | null>(null);
  const [items, setItems] = useState<readonly ProductCardData[]>([]);
  const [status, setStatus] = useState<List["status"]>("loading");
  const [replaced, setReplaced] = useState(false);
  const latest = useRef<AbortController>(null);

  const load = useCallback(
    async (wanted: ListQuery, cursor: string | null) => {
      latest.current?.abort();
      const abort = new AbortController();
      latest.current = abort;
      setStatus("loading");
      const question = apiQuery(wanted, locale, currency(), cursor);
      const answer = await read(() =>
        api.GET("/api/v1/search", { querySerializer: () => question, signal: abort.signal }),
      );
      if (abort.signal.aborted) return;
      if (!answer.ok) {
        setStatus("failed");
        return;
      }
      setResults((before) =>
        cursor === null || before === null
          ? answer.data
          : { ...answer.data, facets: before.facets, categories: before.categories, price: before.price },
      );
      setItems((before) => {
        if (cursor === null) return answer.data.items;
        const known = new Set(before.map((item) => item.id));
        return [...before, ...answer.data.items.filter((item) => !known.has(item.id))];
      });
      setStatus("ready");
    },
    [locale],
  );

  useEffect(() => {
    const fixed = fixedBy(kind, locale);
    const first = readQuery(location.search, fixed);
    setQuery(first);
    const loaded = load(first, null);
    const standing = kind === "category" ? writeQuery(first, fixed) === "" : drawn(loaded);
    void Promise.resolve(standing).then((stands) => stands || setReplaced(true));
    const follow = () => {
      const wanted = readQuery(location.search, fixed);
      setQuery(wanted);
      setReplaced(true);
      void load(wanted, null);
    };
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, [kind, load, locale]);

  const change = (next: ListQuery) => {
    setQuery(next);
    setReplaced(true);
    const address = location.pathname + writeQuery(next, fixedBy(kind, locale));
    // What is chosen again is no further step back.
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    void load(next, null);
  };
  const sortBy = (sort: string) =>
    change({ ...(query ?? readQuery(location.search, fixedBy(kind, locale))), sort });
  const more = () => {
    if (query === null || results?.next_cursor == null) return;
    setReplaced(true);
    void load(query, results.next_cursor);
  };
  const retry = () => {
    if (query !== null) void load(query, null);
  };
  const reset = () => {
    if (query !== null) change(cleared(query));
  };
  return { query, results, items, status, replaced, change, sortBy, more, retry, reset };
}

function Chips({
  list,
  query,
  results,
  locale,
  t,
}: {
  list: List;
  query: ListQuery;
  results: SearchResults;
  locale: string;
  t: Messages["list"];
}) {
  const chips: { key: string; label: string; next: ListQuery }[] = [];
  if (query.available)
    chips.push({ key: "available", label: t.availableOnly, next: { ...query, available: false } });
  if (query.price_min !== "" || query.price_max !== "") {
    const low = query.price_min === "" ? "" : formatMoney(amount(query.price_min, currency()), locale);
    const high = query.price_max === "" ? "" : formatMoney(amount(query.price_max, currency()), locale);
    chips.push({
      key: "price",
      label: `${low} – ${high}`.trim(),
      next: { ...query, price_min: "", price_max: "" },
    });
  }
  for (const [key, values] of Object.entries(query.attributes)) {
    const facet = results.facets.find((found) => found.key === key);
    for (const value of values) {
      const label = facet?.values.find((found) => found.value === value)?.label ?? value;
      chips.push({ key: `${key}:${value}`, label, next: toggled(query, key, value) });
    }
  }
  return (
    <ul className="flex flex-wrap items-center gap-2">
      {chips.map((chip) => (
        <li key={chip.key}>
          <button
            aria-label={fill(t.remove, { name: chip.label })}
            className="chip bg-brand-soft"
            onClick={() => list.change(chip.next)}
            type="button"
          >
            {chip.label}
            <Icon className="size-4" name="close" />
          </button>
        </li>
      ))}
      <li>
        <button className="link px-2" onClick={list.reset} type="button">
          {t.clear}
        </button>
      </li>
    </ul>
  );
}

function Message({
  title,
  text,
  action,
  onAction,
  href,
}: {
  title: string;
  text: string;
  action?: string;
  onAction?: () => void;
  /** Where the action leads, if it is a way and not a deed. */
  href?: string;
}) {
  return (
    <div className="panel px-6 py-16 text-center">
      <p className="font-display text-2xl font-bold">{title}</p>
      <p className="mt-2 text-muted">{text}</p>
      {href === undefined ? null : (
        <a className="btn btn-quiet mt-6" href={href}>
          {action}
        </a>
      )}
      {onAction === undefined ? null : (
        <button className="btn btn-quiet mt-6" onClick={onAction} type="button">
          {action}
        </button>
      )}
    </div>
  );
}

function Products({
  list,
  locale,
  kind,
  t,
  s,
  p,
}: { list: List } & Pick<Props, "locale" | "kind" | "t" | "s" | "p">) {
  if (list.status === "failed")
    return <Message action={t.retry} onAction={list.retry} text={t.failedText} title={t.failed} />;
  if (list.results === null) return <Skeletons />;
  if (list.items.length === 0 && list.status === "ready") {
    const words = list.query?.q ?? "";
    if (list.query !== null && filterCount(list.query) > 0)
      return <Message action={t.clear} onAction={list.reset} text={t.emptyText} title={t.empty} />;
    if (kind === "search" && words !== "")
      return (
        <Message
          action={s.all}
          href={`${home(locale)}search/`}
          text={s.noneText}
          title={fill(s.none, { query: words })}
        />
      );
    return <Message text={t.emptyShelfText} title={t.emptyShelf} />;
  }
  return (
    <div className={`${GRID} ${list.status === "loading" ? "opacity-60 transition-opacity" : ""}`}>
      {list.items.map((item, place) => (
        <ProductCard eager={place < FIRST_SEEN} key={item.id} t={p} view={cardView(item, locale, p)} />
      ))}
    </div>
  );
}

/** A list of products with its filters, order and further pages. */
export function ResultsBrowser({ locale, kind, t, s, p, close, children }: Props) {
  const list = useList(kind, locale);
  const sheet = useRef<HTMLDialogElement>(null);
  const { query, results } = list;
  const filters = (where: "side" | "sheet") =>
    query === null || results === null ? (
      <div aria-hidden="true" className="space-y-3 py-5">
        {[0, 1, 2, 3].map((place) => (
          <div className="skeleton h-9" key={place} />
        ))}
      </div>
    ) : (
      <Filters
        key={where}
        locale={locale}
        onChange={list.change}
        query={query}
        results={results}
        showCategories={kind === "search"}
        t={t}
      />
    );
  return (
    <div className="shell mt-8 min-h-svh">
      {kind === "search" ? (
        <div className="pb-1">
          <h1
            className="text-[clamp(2rem,5vw,3rem)]"
            data-early="title"
            data-words={s.resultsFor}
            suppressHydrationWarning
          >
            {query?.q ? fill(s.resultsFor, { query: query.q }) : s.title}
          </h1>
          <p className="mt-2 min-h-[1lh] text-muted" data-early="corrected" suppressHydrationWarning>
            {results?.corrected ? s.corrected : ""}
          </p>
        </div>
      ) : null}
      <div className="grid gap-10 lg:grid-cols-[15.5rem_1fr]">
        <aside aria-label={t.filters} className="hidden lg:block">
          {filters("side")}
        </aside>
        <section aria-busy={list.status === "loading"} aria-label={t.products} className="min-w-0">
          <h2 className="sr-only">{t.products}</h2>
          <div className="mb-5 flex min-h-11 flex-wrap items-center justify-between gap-3">
            <p aria-live="polite" className="text-muted" data-early="count" suppressHydrationWarning>
              {results === null ? "" : plural(locale, results.total, t.oneProduct, t.manyProducts)}
            </p>
            <div className="flex items-center gap-2">
              <button className="chip lg:hidden" onClick={() => sheet.current?.showModal()} type="button">
                <Icon className="size-4" name="filter" />
                {t.filter}
                {query !== null && filterCount(query) > 0 ? (
                  <span className="badge bg-brand text-on-brand">{filterCount(query)}</span>
                ) : null}
              </button>
              <label className="flex items-center gap-2 text-[0.94rem]">
                <span className="sr-only sm:not-sr-only sm:text-muted">{t.sort}</span>
                <select
                  className="chip max-w-44"
                  onChange={(event) => list.sortBy(event.target.value)}
                  value={query?.sort ?? fixedSort(kind)}
                >
                  {SORTS.map((sort) => (
                    <option key={sort} value={sort}>
                      {
                        {
                          relevance: t.relevance,
                          newest: t.newest,
                          price_asc: t.priceAsc,
                          price_desc: t.priceDesc,
                          name: t.name,
                        }[sort]
                      }
                    </option>
                  ))}
                </select>
              </label>
            </div>
          </div>
          <div
            className="mb-6 min-h-11"
            data-early="chips"
            hidden={query === null || filterCount(query) === 0}
            suppressHydrationWarning
          >
            {query === null || results === null || filterCount(query) === 0 ? null : (
              <Chips list={list} locale={locale} query={query} results={results} t={t} />
            )}
          </div>
          <div hidden={list.replaced}>{children}</div>
          {list.replaced ? <Products kind={kind} list={list} locale={locale} p={p} s={s} t={t} /> : null}
          {results?.next_cursor == null || list.status === "failed" ? null : (
            <p className="mt-10 text-center">
              <button
                className="btn btn-quiet"
                disabled={list.status === "loading"}
                onClick={list.more}
                type="button"
              >
                {list.status === "loading" ? t.loading : t.more}
              </button>
            </p>
          )}
        </section>
      </div>
      <dialog
        aria-label={t.filters}
        className="drawer sheet"
        onClick={(event) => event.target === sheet.current && sheet.current?.close()}
        onKeyDown={() => undefined}
        ref={sheet}
      >
        <div className="flex max-h-[88dvh] flex-col">
          <div className="flex items-center justify-between px-5 pt-4">
            <h2 className="text-2xl">{t.filters}</h2>
            <button
              aria-label={close}
              className="icon-btn"
              onClick={() => sheet.current?.close()}
              type="button"
            >
              <Icon name="close" />
            </button>
          </div>
          <div className="flex-1 overflow-y-auto px-5">{filters("sheet")}</div>
          <div className="border-t border-line p-4">
            <button className="btn btn-primary w-full" onClick={() => sheet.current?.close()} type="button">
              {t.apply} {results === null ? "" : `(${results.total})`}
            </button>
          </div>
        </div>
      </dialog>
    </div>
  );
}

function fixedSort(kind: Props["kind"]): string {
  return kind === "search" ? "relevance" : "newest";
}
