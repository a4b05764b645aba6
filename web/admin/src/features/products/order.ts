/** Return the list with one of its parts in another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const part = list[from];
  if (part === undefined || to < 0 || to >= list.length) return [...list];
  const others = list.filter((_, place) => place !== from);
  return [...others.slice(0, to), part, ...others.slice(to)];
}
