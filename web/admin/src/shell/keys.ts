import { useEffect, useRef } from "react";
import { useNavigate } from "react-router-dom";
import { useMay } from "./may.ts";
import { GROUPS } from "./places.ts";

/** So long after `g` its second key counts. */
const SECOND_KEY_MS = 1_500;

/** Where the second key after `g` leads, by the names of the menu. */
export const PLACE_KEYS: Readonly<Record<string, string>> = {
  d: "dashboard",
  o: "orders",
  p: "products",
  c: "categories",
  i: "inventory",
  t: "transfers",
};

interface Doing {
  readonly onPalette: () => void;
  readonly onHelp: () => void;
}

/** Whether somebody is typing, so that a letter is a letter. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.matches("input, textarea, select, [role=combobox], [role=textbox]")
  );
}

/** Listen to the keys that work on every page. A letter alone does nothing while a dialog is open. */
export function useKeys({ onPalette, onHelp }: Doing): void {
  const navigate = useNavigate();
  const may = useMay();
  const goingUntil = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onPalette();
        return;
      }
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!isPlain || isTyping(event.target) || document.querySelector("[role=dialog]") !== null) return;
      if (event.key === "?") onHelp();
      if (event.key === "/") findField(event);
      const place = event.timeStamp < goingUntil.current ? placeOf(event.key, may) : undefined;
      goingUntil.current = event.key === "g" ? event.timeStamp + SECOND_KEY_MS : 0;
      if (place !== undefined) navigate(place);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [navigate, may, onPalette, onHelp]);
}

/** Go to the field that narrows this page's list, if it has one. */
function findField(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>("main [role=search] input");
  if (field === null) return;
  event.preventDefault();
  field.focus();
}

function placeOf(key: string, may: ReturnType<typeof useMay>): string | undefined {
  const name = PLACE_KEYS[key];
  const places = GROUPS.flatMap((group) => group.places);
  return places.find((place) => place.name === name && may(place.needs))?.to;
}
