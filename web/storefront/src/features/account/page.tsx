"use client";

import type { AccountSession } from "@vivamarket/api-client";
import { fill } from "@vivamarket/format";
import { useCallback, useEffect, useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { AccountForm, type FieldOf } from "./forms.tsx";
import { AccountHome } from "./home.tsx";
import {
  beginReset,
  changePassword,
  confirm,
  confirmEmail,
  type Entry,
  finishReset,
  secondStep,
  signIn,
  signUp,
  whoIsIn,
} from "./session.ts";

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly o: Messages["order"];
}

/** Where the customer is; what a mail brought (`#do=confirm&email=…&code=…`) travels in the last ones. */
type View =
  | { readonly at: "loading" | "offline" | "sign-in" | "sign-up" | "forgotten" | "reset-done" }
  | { readonly at: "mailed"; readonly email: string }
  | { readonly at: "second-step"; readonly challenge: string }
  | { readonly at: "home" | "password"; readonly session: AccountSession }
  | { readonly at: "confirm" | "reset" | "email"; readonly email: string; readonly code: string };

const PASSWORD_LENGTH_MIN = 12;

/** Return what the mail's link asks for, and take its code out of the address bar and the history. */
function fromMail(): View | null {
  const given = new URLSearchParams(location.hash.slice(1));
  const at = given.get("do");
  const code = given.get("code") ?? "";
  if (code === "" || (at !== "confirm" && at !== "reset" && at !== "email")) return null;
  history.replaceState(null, "", location.pathname);
  return { at, email: given.get("email") ?? "", code };
}

/** Everything about having an account, on one page: in, out, and what a mail asks for. */
export function AccountPage({ locale, t, o }: Props) {
  const [view, setView] = useState<View>({ at: "loading" });
  const open = useCallback(async () => {
    const mailed = fromMail();
    if (mailed !== null && mailed.at !== "email") {
      setView(mailed);
      return;
    }
    const result = await whoIsIn();
    if (!result.ok) setView({ at: "offline" });
    else if (result.data === null) setView({ at: "sign-in" });
    else setView(mailed ?? { at: "home", session: result.data });
  }, []);
  useEffect(() => {
    void open();
    const again = () => void open();
    addEventListener("hashchange", again);
    return () => removeEventListener("hashchange", again);
  }, [open]);

  const email: FieldOf = { name: "email", label: t.email, type: "email", autoComplete: "email" };
  const current: FieldOf = {
    name: "password",
    label: t.password,
    type: "password",
    autoComplete: "current-password",
  };
  const fresh: FieldOf = {
    name: "fresh",
    label: t.newPassword,
    type: "password",
    autoComplete: "new-password",
    hint: fill(t.passwordHint, { count: PASSWORD_LENGTH_MIN }),
    minLength: PASSWORD_LENGTH_MIN,
  };
  const entered = (entry: Entry) =>
    setView(
      "session" in entry
        ? { at: "home", session: entry.session }
        : { at: "second-step", challenge: entry.step.challenge },
    );
  const link = (words: string, to: View) => (
    <button className="link justify-self-start" onClick={() => setView(to)} type="button">
      {words}
    </button>
  );

  switch (view.at) {
    case "loading":
      return <p className="py-16 text-center text-muted">{t.loading}</p>;
    case "offline":
      return (
        <div className="py-16 text-center">
          <h1 className="text-4xl">{t.title}</h1>
          <p className="mt-3 text-lg text-muted">{t.problems.offline}</p>
          <button className="btn btn-primary mt-7" onClick={() => void open()} type="button">
            {t.retry}
          </button>
        </div>
      );
    case "home":
      return (
        <AccountHome
          locale={locale}
          o={o}
          onLeft={() => setView({ at: "sign-in" })}
          onPassword={() => setView({ at: "password", session: view.session })}
          session={view.session}
          t={t}
        />
      );
    case "mailed":
      return (
        <div className="mx-auto max-w-md pb-16" role="status">
          <h1 className="text-4xl">{t.mailedTitle}</h1>
          <p className="mt-3 text-lg text-muted">{fill(t.mailedText, { email: view.email })}</p>
          <p className="mt-6">{link(t.toSignIn, { at: "sign-in" })}</p>
        </div>
      );
    case "reset-done":
    case "sign-in":
      return (
        <AccountForm
          button={t.signIn}
          fields={[email, current]}
          key="sign-in"
          lead={view.at === "reset-done" ? t.resetDone : t.signInLead}
          name="sign-in"
          onDone={entered}
          send={(values) => signIn(values.email ?? "", values.password ?? "", locale)}
          t={t}
          title={t.title}
        >
          {link(t.toSignUp, { at: "sign-up" })}
          {link(t.toForgotten, { at: "forgotten" })}
        </AccountForm>
      );
    case "second-step":
      return (
        <AccountForm
          button={t.signIn}
          fields={[
            {
              name: "code",
              label: t.totpCode,
              type: "text",
              autoComplete: "one-time-code",
              inputMode: "numeric",
            },
          ]}
          key="second-step"
          lead={t.secondStepLead}
          name="second-step"
          onDone={entered}
          send={(values) => secondStep(view.challenge, values.code ?? "", locale)}
          t={t}
          title={t.secondStep}
        >
          {link(t.toSignIn, { at: "sign-in" })}
        </AccountForm>
      );
    case "sign-up": {
      const name: FieldOf = { name: "name", label: t.name, type: "text", autoComplete: "name" };
      return (
        <AccountForm
          button={t.signUp}
          fields={[name, email, fresh]}
          key="sign-up"
          lead={t.signUpLead}
          name="sign-up"
          onDone={(sentTo: string) => setView({ at: "mailed", email: sentTo })}
          send={(values) => signUp(values.email ?? "", values.fresh ?? "", values.name ?? "", locale)}
          t={t}
          title={t.signUp}
        >
          {link(t.toSignIn, { at: "sign-in" })}
        </AccountForm>
      );
    }
    case "forgotten":
      return (
        <AccountForm
          button={t.forgottenButton}
          fields={[email]}
          key="forgotten"
          lead={t.forgottenLead}
          name="forgotten"
          onDone={(sentTo: string) => setView({ at: "mailed", email: sentTo })}
          send={(values) => beginReset(values.email ?? "")}
          t={t}
          title={t.forgotten}
        >
          {link(t.toSignIn, { at: "sign-in" })}
        </AccountForm>
      );
    case "confirm":
      return (
        <AccountForm
          button={t.confirmButton}
          fields={[current]}
          key="confirm"
          lead={fill(t.confirmLead, { email: view.email })}
          name="confirm"
          onDone={entered}
          send={(values) => confirm(view.email, view.code, values.password ?? "", locale)}
          t={t}
          title={t.confirm}
        />
      );
    case "reset":
      return (
        <AccountForm
          button={t.resetButton}
          fields={[fresh]}
          key="reset"
          lead={fill(t.resetLead, { email: view.email })}
          name="reset"
          onDone={() => setView({ at: "reset-done" })}
          send={(values) => finishReset(view.email, view.code, values.fresh ?? "")}
          t={t}
          title={t.reset}
        />
      );
    case "email":
      return (
        <AccountForm
          button={t.emailButton}
          fields={[]}
          key="email"
          lead={fill(t.emailLead, { email: view.email })}
          name="email"
          onDone={entered}
          send={() => confirmEmail(view.code, locale)}
          t={t}
          title={t.emailTitle}
        />
      );
    case "password":
      return (
        <AccountForm
          button={t.changePassword}
          fields={[current, fresh]}
          key="password"
          lead={t.passwordLead}
          name="password"
          onDone={entered}
          send={(values) => changePassword(values.password ?? "", values.fresh ?? "", locale)}
          t={t}
          title={t.changePassword}
        >
          {link(t.backHome, { at: "home", session: view.session })}
        </AccountForm>
      );
  }
}
