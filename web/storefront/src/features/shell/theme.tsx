"use client";

import { Icon } from "@vivamarket/ui";
import { remember } from "@/api/storage.ts";

/** Runs before the first paint, so that no page flashes in the wrong colors. */
export const THEME_SCRIPT = `try{var t=localStorage.getItem("viva.theme");if(t)document.documentElement.dataset.theme=t}catch(e){}`;

/** Switches between light and dark and remembers it. */
export function ThemeToggle({ label }: { label: string }) {
  const toggle = () => {
    const root = document.documentElement;
    const dark =
      root.dataset.theme === "dark" ||
      (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "light" : "dark";
    remember("viva.theme", root.dataset.theme);
  };
  return (
    <button aria-label={label} className="icon-btn" onClick={toggle} type="button">
      <Icon name="moon" />
    </button>
  );
}
