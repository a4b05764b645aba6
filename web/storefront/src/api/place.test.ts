import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** What a link by hand would begin with, put together so that this file does not hold it. */
const BARE = ["`/", "{locale}/"].join("$");

it("every link within the shop begins at home(), so that it stays in the page's currency", () => {
  const bare = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("api/place"))
    .filter((name) => readFileSync(ROOT + name, "utf8").includes(BARE));

  expect(bare).toEqual([]);
});
