"use client";

import { useEffect } from "react";
import type { Messages } from "@/messages/index.ts";
import { followQuickAdd } from "../cart/quick-add.ts";
import { followLive } from "../catalog/live.ts";
import { orderDepartments } from "../favourites/order.ts";
import { followSeen } from "../seen/store.ts";
import { followHearts } from "../wishes/hearts.ts";
import { watchNetwork } from "./network.ts";
import { prepareOffline } from "./offline.ts";
import { keepPlace } from "./switch.ts";
import { allowEndedTransitions } from "./transitions.ts";

interface Props {
  readonly locale: string;
  readonly p: Messages["product"];
  readonly offline: string;
}

/** Brings the published HTML to life: live stock and prices, quick add, hearts. */
export function Runtime({ locale, p, offline }: Props) {
  useEffect(() => {
    const stop = [
      followLive(locale, p),
      followQuickAdd(locale, p),
      followHearts(),
      followSeen(),
      orderDepartments(),
      watchNetwork(),
      keepPlace(),
      allowEndedTransitions(),
    ];
    prepareOffline();
    // src/early/later.ts holds back what is pressed before this.
    dispatchEvent(new Event("viva:alive"));
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".nav-link")) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    }
    return () => {
      for (const end of stop) end();
    };
  }, [locale, p]);
  return (
    <p
      className="fixed inset-x-4 bottom-4 z-50 mx-auto hidden max-w-md rounded-2xl bg-ink px-5 py-3 text-center text-page shadow-[var(--shadow)] data-[offline=true]:block"
      id="offline-note"
      role="status"
    >
      {offline}
    </p>
  );
}
