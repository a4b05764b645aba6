"use client";

import { fill, formatMoney } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { api, read } from "@/api/client.ts";
import { home } from "@/api/place.ts";
import type { SuggestionData } from "@/api/types.ts";
import { Picture } from "@/features/catalog/picture.tsx";
import { pictureView, tintOf } from "@/features/catalog/view.ts";
import type { Messages } from "@/messages/index.ts";

const WAIT_MS = 110;
const LETTERS_MIN = 2;

interface Props {
  readonly locale: string;
  readonly t: Messages["search"];
}

function addressOf(suggestion: SuggestionData, locale: string): string {
  if (suggestion.product !== null) return `${home(locale)}p/${suggestion.product.slug}/`;
  return `${home(locale)}search/?q=${encodeURIComponent(suggestion.text)}`;
}

/** Ask for completions a moment after the last letter; an answer to an older text is dropped. */
function useSuggestions(text: string, locale: string): readonly SuggestionData[] {
  const [found, setFound] = useState<readonly SuggestionData[]>([]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted.length < LETTERS_MIN) {
      setFound([]);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const params = { query: { q: wanted, locale } };
      const result = await read(() => api.GET("/api/v1/suggest", { params, signal: abort.signal }));
      if (result.ok && !abort.signal.aborted) setFound(result.data.items);
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, locale]);
  return found;
}

/** The search field of the header: a combobox that also works as a plain form. */
export function SearchBox({ locale, t }: Props) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const suggestions = useSuggestions(text, locale);
  const shown = open && suggestions.length > 0;

  useEffect(() => {
    const query = new URLSearchParams(location.search).get("q");
    const field = input.current;
    if (field === null) return;
    if (document.activeElement === field && field.value !== "") {
      // Somebody was quicker than this script.
      setText(field.value);
      setOpen(true);
    } else if (query !== null) field.value = query;
  }, []);

  const move = (event: KeyboardEvent) => {
    if (event.key === "Escape") setOpen(false);
    if (!shown) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((active + step + suggestions.length + (active < 0 && step < 0 ? 1 : 0)) % suggestions.length);
    }
    const chosen = suggestions[active];
    if (event.key === "Enter" && chosen !== undefined) {
      event.preventDefault();
      location.assign(addressOf(chosen, locale));
    }
  };

  return (
    <search className="relative w-full">
      <form action={`${home(locale)}search/`} className="relative">
        <Icon
          className="pointer-events-none absolute left-4 top-1/2 size-5 -translate-y-1/2 text-muted"
          name="search"
        />
        <input
          aria-activedescendant={shown && active >= 0 ? `${list}-${active}` : undefined}
          aria-autocomplete="list"
          aria-controls={list}
          aria-expanded={shown}
          aria-label={t.label}
          autoComplete="off"
          className="h-12 w-full rounded-full border-[1.5px] border-line bg-surface pl-12 pr-4 placeholder:text-muted hover:border-muted [&::-webkit-search-cancel-button]:hidden"
          enterKeyHint="search"
          maxLength={200}
          name="q"
          onBlur={() => setTimeout(() => setOpen(false), 120)}
          onChange={(event) => {
            setText(event.target.value);
            setActive(-1);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onKeyDown={move}
          placeholder={t.placeholder}
          ref={input}
          role="combobox"
          type="search"
        />
      </form>
      <div
        aria-label={t.suggestions}
        className="absolute inset-x-0 top-full z-40 mt-2 max-h-[70vh] overflow-y-auto rounded-3xl border border-line bg-surface p-2 shadow-[var(--shadow)]"
        hidden={!shown}
        id={list}
        role="listbox"
      >
        {suggestions.map((suggestion, index) => (
          <a
            aria-selected={index === active}
            className="flex items-center gap-3 rounded-2xl px-3 py-2 hover:bg-sunken aria-selected:bg-sunken"
            href={addressOf(suggestion, locale)}
            id={`${list}-${index}`}
            key={`${suggestion.product?.id ?? "text"}-${suggestion.text}`}
            role="option"
            tabIndex={-1}
          >
            {suggestion.product === null ? (
              <span className="grid size-12 shrink-0 place-items-center rounded-xl bg-sunken">
                <Icon className="size-5 text-muted" name="search" />
              </span>
            ) : (
              <span
                className={`block size-12 shrink-0 overflow-hidden rounded-xl ${tintOf(suggestion.product.id)}`}
              >
                <Picture sizes="48px" view={pictureView(suggestion.product.image, "")} />
              </span>
            )}
            <span className="flex-1 font-medium">{suggestion.text}</span>
            {suggestion.product?.price ? (
              <span className="text-[0.94rem] text-muted tabular-nums">
                {formatMoney(suggestion.product.price, locale)}
              </span>
            ) : null}
          </a>
        ))}
      </div>
      <span aria-live="polite" className="sr-only">
        {shown ? fill(t.suggestionCount, { count: suggestions.length }) : ""}
      </span>
    </search>
  );
}
