import { describe, expect, it } from "vitest";
import document from "../../../packages/api-client/openapi.json" with { type: "json" };
import { en } from "./en/index.ts";
import { es } from "./es/index.ts";

function leaves(node: object, path = ""): [string, string][] {
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "string" ? [[`${path}${name}`, value]] : leaves(value as object, `${path}${name}.`),
  );
}

const ENGLISH = new Map(leaves(en));
const SPANISH = new Map(leaves(es));

describe("both catalogues", () => {
  it("say the same things", () => {
    expect([...SPANISH.keys()]).toEqual([...ENGLISH.keys()]);
  });

  it("fill in the same values", () => {
    const filled = (text: string) => [...new Set(text.match(/%\{\w+\}/g) ?? [])].sort();
    for (const [name, text] of ENGLISH) expect(filled(SPANISH.get(name) ?? ""), name).toEqual(filled(text));
  });

  it("leave nothing empty", () => {
    for (const text of [...ENGLISH.values(), ...SPANISH.values()]) expect(text.trim()).not.toBe("");
  });

  it("tell what every event of a webhook means", () => {
    const said = document.components.schemas.EndpointRequest.properties.event_types.description;
    const names = [...said.matchAll(/`([\w.]+)`/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    const told = [...SPANISH.keys()].filter((key) => key.startsWith("va.webhook.meanings."));
    expect(told.map((key) => key.replace("va.webhook.meanings.", "")).sort()).toEqual(names.sort());
  });
});
