import { favourites } from "./store.ts";

/**
 * Put the departments into the order that src/early/home.ts has already painted, so that the keyboard and screen
 * readers meet them as eyes do. Nothing moves.
 */
export function orderDepartments(): () => void {
  const list = document.querySelector("[data-departments]");
  const dearest = favourites().map((id) => list?.querySelector(`:scope > [data-department="${id}"]`));
  list?.prepend(...dearest.filter((item): item is Element => item instanceof Element));
  return () => undefined;
}
