/** Put values into a message: `fill("Hello {name}", { name: "Jo" })`. Unknown names stay visible. */
export function fill(message: string, values: Readonly<Record<string, string | number>>): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Choose between the singular and the plural message and put `{count}` into it. */
export function plural(locale: string, count: number, one: string, other: string): string {
  const rule = new Intl.PluralRules(locale).select(count);
  return fill(rule === "one" ? one : other, { count: new Intl.NumberFormat(locale).format(count) });
}
