"use client";

import { Icon } from "@vivamarket/ui";
import { remember } from "@/api/storage.ts";

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
