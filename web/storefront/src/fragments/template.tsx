import { createElement } from "react";
import type { Marks } from "./marks.tsx";

/** Marks the publisher understands: `<vm-if name>`, `<vm-each name>`, and `@@name@@` for values. */
export const template: Marks = {
  when: (name, _condition, node) => createElement("vm-if", { name }, node()),
  each: (name, _items, sample, node) => createElement("vm-each", { name }, node(sample, 0)),
};
