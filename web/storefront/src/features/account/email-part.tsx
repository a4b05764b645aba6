"use client";

import { fill } from "@vivamarket/format";
import { useState } from "react";
import { beginEmail } from "./factors.ts";
import { Ask, currentPassword, emailField } from "./forms.tsx";
import { Part } from "./part.tsx";
import type { SecurityProps } from "./security.tsx";

/** The address that the account is known by; it moves once the new one is confirmed. */
export function EmailPart({ t, s, visit }: SecurityProps) {
  const [open, setOpen] = useState(false);
  const [sentTo, setSentTo] = useState<string | null>(null);
  return (
    <Part
      done={sentTo === null ? null : fill(s.emailSent, { email: sentTo })}
      lead={visit.session.email}
      name="email"
      title={t.email}
    >
      {open ? (
        <Ask
          button={s.emailButton}
          fields={[{ ...emailField(t), label: s.newEmail }, currentPassword(t)]}
          name="email"
          onCancel={() => setOpen(false)}
          onDone={(email: string) => {
            setSentTo(email);
            setOpen(false);
          }}
          send={(values) => beginEmail(values.email ?? "", values.password ?? "")}
          t={t}
        />
      ) : (
        <button className="btn btn-quiet" onClick={() => setOpen(true)} type="button">
          {s.changeEmail}
        </button>
      )}
    </Part>
  );
}
