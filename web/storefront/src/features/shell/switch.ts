/** What another language or currency does not understand: slugs of one, amounts of the other. */
const LEFT_BEHIND = { language: ["category"], currency: ["price_min", "price_max"] } as const;

/** Return the part of a query that still means the same after a switch. */
export function carried(search: string, what: keyof typeof LEFT_BEHIND): string {
  const query = new URLSearchParams(search);
  for (const name of LEFT_BEHIND[what]) query.delete(name);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Let the switch of language and currency keep what was searched, chosen or opened. Return what stops it. */
export function keepPlace(): () => void {
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>("[data-switch]");
    if (!link) return;
    link.search = carried(location.search, link.dataset.switch === "currency" ? "currency" : "language");
    link.hash = location.hash;
  };
  addEventListener("click", follow, true);
  addEventListener("auxclick", follow, true);
  return () => {
    removeEventListener("click", follow, true);
    removeEventListener("auxclick", follow, true);
  };
}
