"use client";

import type { AccountSession } from "@vivamarket/api-client";
import { fill } from "@vivamarket/format";
import { useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { AccountForm, currentPassword, emailField, freshPassword } from "./forms.tsx";
import type { MailedCode } from "./mailed.ts";
import { PasskeySignIn } from "./passkey-sign-in.tsx";
import { beginReset, confirm, type Entry, finishReset, secondStep, signIn, signUp } from "./session.ts";

interface Props {
  readonly locale: string;
  readonly t: Messages["account"];
  readonly mailed: MailedCode | null;
  readonly onEntered: (session: AccountSession) => void;
}

type View =
  | { readonly at: "sign-in" | "sign-up" | "forgotten" | "reset-done" }
  | { readonly at: "mailed"; readonly email: string }
  | { readonly at: "second-step"; readonly challenge: string }
  | { readonly at: "confirm" | "reset"; readonly email: string; readonly code: string };

function startOf(mailed: MailedCode | null): View {
  if (mailed === null || mailed.wish === "email") return { at: "sign-in" };
  return { at: mailed.wish, email: mailed.email, code: mailed.code };
}

/** The ways in: signing in, asking for an account or a new password, and what a mail asks for. */
export function Entrance({ locale, t, mailed, onEntered }: Props) {
  const [view, setView] = useState<View>(() => startOf(mailed));
  const entered = (entry: Entry) => {
    if ("session" in entry) onEntered(entry.session);
    else setView({ at: "second-step", challenge: entry.step.challenge });
  };
  const link = (words: string, to: View) => (
    <button className="link justify-self-start" onClick={() => setView(to)} type="button">
      {words}
    </button>
  );

  switch (view.at) {
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
          fields={[emailField(t), currentPassword(t)]}
          key="sign-in"
          lead={view.at === "reset-done" ? t.resetDone : t.signInLead}
          name="sign-in"
          onDone={entered}
          send={(values) => signIn(values.email ?? "", values.password ?? "", locale)}
          t={t}
          title={t.title}
        >
          <PasskeySignIn locale={locale} onDone={entered} t={t} />
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
    case "sign-up":
      return (
        <AccountForm
          button={t.signUp}
          fields={[
            { name: "name", label: t.name, type: "text", autoComplete: "name" },
            emailField(t),
            freshPassword(t),
          ]}
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
    case "forgotten":
      return (
        <AccountForm
          button={t.forgottenButton}
          fields={[emailField(t)]}
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
          fields={[currentPassword(t)]}
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
          fields={[freshPassword(t)]}
          key="reset"
          lead={fill(t.resetLead, { email: view.email })}
          name="reset"
          onDone={() => setView({ at: "reset-done" })}
          send={(values) => finishReset(view.email, view.code, values.fresh ?? "")}
          t={t}
          title={t.reset}
        />
      );
  }
}
