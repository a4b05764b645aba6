"use client";

import { fill } from "@vivamarket/format";
import { Spinner } from "@vivamarket/ui";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { Result } from "@/api/client.ts";
import type { Problem } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";

type Words = Messages["account"];

export interface FieldOf {
  readonly name: string;
  readonly label: string;
  readonly type: "email" | "password" | "text";
  readonly autoComplete: string;
  readonly hint?: string;
  readonly value?: string;
  readonly inputMode?: "numeric";
  readonly minLength?: number;
  readonly maxLength?: number;
}

const PASSWORD_LENGTH_MIN = 12;

export function emailField(t: Words, value = ""): FieldOf {
  return { name: "email", label: t.email, type: "email", autoComplete: "email", value };
}

export function currentPassword(t: Words): FieldOf {
  return { name: "password", label: t.password, type: "password", autoComplete: "current-password" };
}

export function freshPassword(t: Words): FieldOf {
  return {
    name: "fresh",
    label: t.newPassword,
    type: "password",
    autoComplete: "new-password",
    hint: fill(t.passwordHint, { count: PASSWORD_LENGTH_MIN }),
    minLength: PASSWORD_LENGTH_MIN,
  };
}

/** Return what went wrong in the customer's words; what has none of its own is told as the server put it. */
export function wordsOf(problem: Problem, t: Words): string {
  const minutes = Math.ceil(Number(problem.fields.retry_after_seconds ?? 0) / 60);
  if (problem.code === "too_many_attempts") return fill(t.problems.too_many_attempts, { minutes });
  const known: Readonly<Record<string, string>> = t.problems;
  return known[problem.code] ?? (problem.detail || t.problems.offline);
}

function Input({ field, prefix }: { field: FieldOf; prefix: string }) {
  const id = `${prefix}-${field.name}`;
  return (
    <div>
      <label className="mb-1.5 block font-medium" htmlFor={id}>
        {field.label}
      </label>
      <input
        aria-describedby={field.hint ? `${id}-hint` : undefined}
        autoComplete={field.autoComplete}
        className="field"
        defaultValue={field.value}
        id={id}
        inputMode={field.inputMode}
        maxLength={field.maxLength ?? 200}
        minLength={field.minLength}
        name={field.name}
        required={true}
        type={field.type}
      />
      {field.hint ? (
        <p className="mt-1 text-[0.9rem] text-muted" id={`${id}-hint`}>
          {field.hint}
        </p>
      ) : null}
    </div>
  );
}

interface AskProps<T> {
  readonly name: string;
  readonly fields: readonly FieldOf[];
  readonly button: string;
  readonly t: Words;
  readonly send: (values: Readonly<Record<string, string>>) => Promise<Result<T>>;
  readonly onDone: (data: T) => void;
  readonly onCancel?: () => void;
  /** What is asked for cannot be taken back. */
  readonly isFinal?: boolean;
}

/** Fields, a button, and what went wrong. It is emptied once it is done. */
export function Ask<T>({ name, fields, button, t, send, onDone, onCancel, isFinal = false }: AskProps<T>) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [working, setWorking] = useState(false);
  const alert = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (problem !== null) alert.current?.focus();
  }, [problem]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (working) return;
    const form = event.currentTarget;
    const values = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, String(value)]));
    setWorking(true);
    setProblem(null);
    const result = await send(values);
    setWorking(false);
    if (!result.ok) {
      setProblem(result.problem);
      return;
    }
    form.reset();
    onDone(result.data);
  }

  return (
    <form className="grid max-w-md gap-5" onSubmit={(event) => void submit(event)}>
      {problem ? (
        <p
          className="rounded-3xl border-2 border-tomato bg-tomato-soft px-5 py-4"
          ref={alert}
          role="alert"
          tabIndex={-1}
        >
          {wordsOf(problem, t)}
        </p>
      ) : null}
      {fields.map((field) => (
        <Input field={field} key={field.name} prefix={name} />
      ))}
      <p className="flex flex-wrap gap-3">
        <button
          aria-disabled={working}
          className={`btn grow ${isFinal ? "btn-danger" : "btn-primary"}`}
          type="submit"
        >
          {working ? <Spinner /> : null}
          {button}
        </button>
        {onCancel ? (
          <button className="btn btn-quiet" onClick={onCancel} type="button">
            {t.cancel}
          </button>
        ) : null}
      </p>
    </form>
  );
}

interface FormProps<T> extends Omit<AskProps<T>, "onCancel"> {
  readonly title: string;
  readonly lead?: string;
  readonly children?: ReactNode;
}

/** One question that is a page of its own. */
export function AccountForm<T>({ title, lead, children, ...ask }: FormProps<T>) {
  return (
    <section aria-labelledby={`${ask.name}-title`} className="mx-auto max-w-md pb-16">
      <h1 className="text-4xl" id={`${ask.name}-title`}>
        {title}
      </h1>
      {lead ? <p className="mt-3 text-lg text-muted">{lead}</p> : null}
      <div className="mt-7">
        <Ask {...ask} />
      </div>
      {children ? <div className="mt-6 grid gap-2">{children}</div> : null}
    </section>
  );
}
