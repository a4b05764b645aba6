"use client";

import { Icon } from "@vivamarket/ui";
import { remember } from "@/api/storage.ts";

interface Props {
  readonly label: string;
  /** There it stands on phones, with its words; everywhere else it is an icon of the header. */
  readonly isInFooter?: boolean;
}

/** Switches between light and dark and remembers it. */
export function ThemeToggle({ label, isInFooter = false }: Props) {
  const toggle = () => {
    const root = document.documentElement;
    const dark =
      root.dataset.theme === "dark" ||
      (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "light" : "dark";
    remember("viva.theme", root.dataset.theme);
  };
  return (
    <button
      className={
        isInFooter
          ? "flex items-center gap-2 pt-1 [column-span:all] hover:underline sm:hidden"
          : "icon-btn max-sm:hidden"
      }
      onClick={toggle}
      type="button"
    >
      <Icon name="moon" />
      <span className={isInFooter ? "" : "sr-only"}>{label}</span>
    </button>
  );
}
