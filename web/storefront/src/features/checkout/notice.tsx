"use client";

import { Icon } from "@vivamarket/ui";
import type { FieldError } from "./form.ts";

/** Something the shopper has to know before going on. */
export interface NoticeContent {
  readonly title: string;
  readonly text?: string;
  readonly lines?: readonly string[];
  readonly errors?: readonly FieldError[];
  readonly link?: { readonly href: string; readonly words: string };
}

/** A box that says what stands in the way; each error leads to its field. */
export function Notice({ content }: { content: NoticeContent }) {
  return (
    <div className="rounded-3xl border-2 border-tomato bg-tomato-soft px-5 py-4" role="alert">
      <h2 className="flex items-center gap-2 font-sans text-lg font-bold tracking-normal">
        <Icon className="size-5 shrink-0 text-tomato" name="alert" />
        {content.title}
      </h2>
      {content.text ? <p className="mt-1">{content.text}</p> : null}
      {content.lines && content.lines.length > 0 ? (
        <ul className="mt-2 list-disc pl-6">
          {content.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ) : null}
      {content.errors ? (
        <ul className="mt-2 list-disc pl-6">
          {content.errors.map((error) => (
            <li key={error.id}>
              <a
                className="underline"
                href={`#${error.id}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(error.id)?.focus();
                }}
              >
                {error.words}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      {content.link ? (
        <a className="link mt-2 inline-block" href={content.link.href}>
          {content.link.words}
        </a>
      ) : null}
    </div>
  );
}
