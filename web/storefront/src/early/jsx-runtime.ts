/**
 * Components as text: the head of a page draws with the very components that React draws with later, but it
 * cannot wait for React. No state, no effects and no events; a component that needs those cannot be drawn early.
 */
type Properties = Readonly<Record<string, unknown>>;
type Component = (properties: Properties) => unknown;

const VOID = new Set(["img", "source", "input", "br", "hr"]);
/** React's names that are not the attribute's own in small letters. */
const NAMES: Readonly<Record<string, string>> = {
  className: "class",
  htmlFor: "for",
  strokeLinecap: "stroke-linecap",
  strokeLinejoin: "stroke-linejoin",
  strokeWidth: "stroke-width",
};
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Ready markup, so that it is not escaped again where it is put in. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? "");
}

function attribute(name: string, value: unknown): string {
  if (value === null || value === undefined || typeof value === "function") return "";
  const known = NAMES[name] ?? name.toLowerCase();
  const spoken = /^(aria|data)-/.test(known);
  if (typeof value === "boolean" && !spoken) return value ? ` ${known}=""` : "";
  return ` ${known}="${escaped(String(value))}"`;
}

/** Return what a component returned as HTML. */
export function html(node: unknown): string {
  if (node instanceof Markup) return node.text;
  if (Array.isArray(node)) return node.map(html).join("");
  if (node === null || node === undefined || typeof node === "boolean") return "";
  return escaped(String(node));
}

/** What `<tag …>` means in a file that is drawn early. */
export function jsx(type: string | Component, properties: Properties): Markup {
  if (typeof type === "function") return new Markup(html(type(properties)));
  const { children, ...rest } = properties;
  const attributes = Object.entries(rest).map(([name, value]) => attribute(name, value));
  const start = `<${type}${attributes.join("")}>`;
  return new Markup(VOID.has(type) ? start : `${start}${html(children)}</${type}>`);
}

export const jsxs = jsx;

/** What `<>…</>` means. */
export function Fragment({ children }: Properties): Markup {
  return new Markup(html(children));
}
