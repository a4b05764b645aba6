import type { ReactNode } from "react";

interface Props {
  readonly name: string;
  readonly title: string;
  readonly lead?: string;
  /** What was just done, told where it was asked for. */
  readonly done?: string | null;
  readonly children: ReactNode;
}

/** One matter of an account's page: its heading, what it means, and what can be done about it. */
export function Part({ name, title, lead, done = null, children }: Props) {
  return (
    <section aria-labelledby={`${name}-heading`} className="panel p-6">
      <h2 className="text-2xl" id={`${name}-heading`}>
        {title}
      </h2>
      {lead ? <p className="mt-1 text-muted">{lead}</p> : null}
      <p aria-live="polite" className="mt-3 font-medium text-brand-text empty:hidden" role="status">
        {done}
      </p>
      <div className="mt-4">{children}</div>
    </section>
  );
}
