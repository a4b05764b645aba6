"use client";

import type { Passkey } from "@vivamarket/api-client";
import { fill, formatDate } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import { useCallback, useEffect, useState } from "react";
import { Ask, currentPassword } from "./forms.tsx";
import { Part } from "./part.tsx";
import { addPasskey, listPasskeys, passkeysWork, removePasskey } from "./passkeys.ts";
import type { SecurityProps } from "./security.tsx";
import type { Entry } from "./session.ts";

type State = "closed" | "adding" | { readonly removing: string };

interface RowProps {
  readonly passkey: Passkey;
  readonly locale: string;
  readonly s: SecurityProps["s"];
  readonly onRemove: () => void;
}

function Row({ passkey, locale, s, onRemove }: RowProps) {
  const { used_at: usedAt } = passkey;
  return (
    <div className="flex items-center gap-4">
      <span className="grid size-11 shrink-0 place-items-center rounded-full bg-brand-soft text-brand-text">
        <Icon name="lock" />
      </span>
      <p className="min-w-0 flex-1">
        <span className="block break-words font-semibold">{passkey.name}</span>
        <span className="block text-[0.94rem] text-muted">
          {fill(s.passkeyAdded, { date: formatDate(passkey.created_at, locale) })}
          {usedAt ? ` · ${fill(s.passkeyUsed, { date: formatDate(usedAt, locale) })}` : ""}
        </span>
      </p>
      <button
        aria-label={fill(s.passkeyRemoveNamed, { name: passkey.name })}
        className="icon-btn"
        onClick={onRemove}
        type="button"
      >
        <Icon name="trash" />
      </button>
    </div>
  );
}

/** The account's passkeys: a finger, a face or a number instead of a password. */
export function PasskeysPart({ locale, t, s, visit }: SecurityProps) {
  const [passkeys, setPasskeys] = useState<readonly Passkey[] | "failed" | null>(null);
  const [state, setState] = useState<State>("closed");
  const [done, setDone] = useState<string | null>(null);
  const load = useCallback(async () => {
    const result = await listPasskeys();
    setPasskeys(result.ok ? result.data.items : "failed");
  }, []);
  useEffect(() => void load(), [load]);
  const finished = (words: string) => (entry: Entry) => {
    if ("session" in entry) visit.onSession(entry.session);
    setState("closed");
    setDone(words);
    void load();
  };
  return (
    <Part done={done} lead={s.passkeysLead} name="passkeys" title={s.passkeys}>
      {passkeys === null ? <div aria-hidden="true" className="skeleton mb-4 h-11" /> : null}
      {passkeys === "failed" ? <p role="alert">{t.problems.offline}</p> : null}
      {Array.isArray(passkeys) && passkeys.length > 0 ? (
        <ul className="mb-5 space-y-4">
          {passkeys.map((passkey: Passkey) => (
            <li key={passkey.id}>
              <Row
                locale={locale}
                onRemove={() => setState({ removing: passkey.id })}
                passkey={passkey}
                s={s}
              />
              {typeof state === "object" && state.removing === passkey.id ? (
                <div className="mt-4">
                  <Ask
                    button={s.passkeyRemove}
                    fields={[currentPassword(t)]}
                    name="passkey-remove"
                    onCancel={() => setState("closed")}
                    onDone={finished(s.passkeyRemoved)}
                    send={(values) => removePasskey(passkey.id, values.password ?? "", locale)}
                    t={t}
                  />
                </div>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {state === "adding" ? (
        <Ask
          button={s.passkeyAdd}
          fields={[
            {
              name: "name",
              label: s.passkeyName,
              type: "text",
              autoComplete: "off",
              hint: s.passkeyNameHint,
              maxLength: 60,
            },
            currentPassword(t),
          ]}
          name="passkey"
          onCancel={() => setState("closed")}
          onDone={finished(s.passkeyDone)}
          send={(values) => addPasskey(values.name ?? "", values.password ?? "", locale)}
          t={t}
        />
      ) : passkeysWork() ? (
        <button className="btn btn-quiet" onClick={() => setState("adding")} type="button">
          {s.passkeyAdd}
        </button>
      ) : (
        <p className="text-muted">{s.passkeysImpossible}</p>
      )}
    </Part>
  );
}
