"use client";

import type { AccountSession } from "@vivamarket/api-client";
import { fill } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { Entrance } from "./entrance.tsx";
import { AccountForm } from "./forms.tsx";
import { fromMail, type MailedCode } from "./mailed.ts";
import { ACCOUNT_PAGES, ACCOUNT_TITLE, type AccountPageName, accountPath } from "./places.ts";
import { confirmEmail, whoIsIn } from "./session.ts";

type Words = Messages["account"];

/** Who looks at the page, and what a page does when that changes. */
export interface Visit {
  readonly session: AccountSession;
  readonly onSession: (session: AccountSession) => void;
  readonly onLeft: () => void;
}

interface Props {
  readonly locale: string;
  readonly t: Words;
  readonly page: AccountPageName;
  /** The page's heading where it is not its name in the navigation. */
  readonly title?: (session: AccountSession) => string;
  readonly children: (visit: Visit) => ReactNode;
}

type Found =
  | { readonly at: "loading" }
  | { readonly at: "offline" }
  | { readonly at: "outside"; readonly mailed: MailedCode | null }
  | { readonly at: "inside"; readonly session: AccountSession; readonly mailed: MailedCode | null };

function Navigation({ locale, t, page }: Pick<Props, "locale" | "t" | "page">) {
  const list = useRef<HTMLUListElement>(null);
  // On a phone the list is wider than the screen: where one is has to be in view.
  useEffect(() => {
    const here = list.current?.querySelector<HTMLElement>("[aria-current]");
    if (list.current && here)
      list.current.scrollLeft = here.offsetLeft - (list.current.clientWidth - here.offsetWidth) / 2;
  }, []);
  return (
    <nav aria-label={t.title} className="no-print md:sticky md:top-40">
      <ul className="account-nav bleed" ref={list}>
        {ACCOUNT_PAGES.map(({ name, icon }) => (
          <li key={name}>
            <a aria-current={name === page ? "page" : undefined} href={accountPath(locale, name)}>
              <Icon className="size-5 shrink-0" name={icon} />
              {t.pages[name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Stands around every page of an account: lets the customer in, shows where they are, and keeps the session. */
export function AccountShell({ locale, t, page, title, children }: Props) {
  const [found, setFound] = useState<Found>({ at: "loading" });
  const open = useCallback(async () => {
    const mailed = fromMail();
    if (mailed !== null && mailed.wish !== "email") {
      setFound({ at: "outside", mailed });
      return;
    }
    const result = await whoIsIn();
    if (!result.ok) setFound({ at: "offline" });
    else if (result.data === null) setFound({ at: "outside", mailed });
    else setFound({ at: "inside", session: result.data, mailed });
  }, []);
  useEffect(() => {
    void open();
    const again = () => void open();
    addEventListener("hashchange", again);
    return () => removeEventListener("hashchange", again);
  }, [open]);

  if (found.at === "loading") return <p className="py-16 text-center text-muted">{t.loading}</p>;
  if (found.at === "offline") {
    return (
      <div className="py-16 text-center">
        <h1 className="text-4xl">{t.title}</h1>
        <p className="mt-3 text-lg text-muted">{t.problems.offline}</p>
        <button className="btn btn-primary mt-7" onClick={() => void open()} type="button">
          {t.retry}
        </button>
      </div>
    );
  }
  const { mailed } = found;
  if (found.at === "outside") {
    return (
      <Entrance
        key={mailed?.code ?? ""}
        locale={locale}
        mailed={mailed}
        onEntered={(session) =>
          setFound({ at: "inside", session, mailed: mailed?.wish === "email" ? mailed : null })
        }
        t={t}
      />
    );
  }
  const { session } = found;
  const onSession = (fresh: AccountSession) => setFound({ at: "inside", session: fresh, mailed: null });
  if (mailed !== null) {
    return (
      <AccountForm
        button={t.emailButton}
        fields={[]}
        lead={fill(t.emailLead, { email: mailed.email })}
        name="email"
        onDone={(entry) => "session" in entry && onSession(entry.session)}
        send={() => confirmEmail(mailed.code, locale)}
        t={t}
        title={t.emailTitle}
      />
    );
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-12 gap-y-6 pb-16 md:grid-cols-[14rem_minmax(0,1fr)]">
      <Navigation locale={locale} page={page} t={t} />
      <div className="max-w-3xl">
        <h1 className="mb-6 text-4xl focus:outline-none" id={ACCOUNT_TITLE} tabIndex={-1}>
          {title?.(session) ?? t.pages[page]}
        </h1>
        {children({ session, onSession, onLeft: () => setFound({ at: "outside", mailed: null }) })}
      </div>
    </div>
  );
}
