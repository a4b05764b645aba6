// Cuts the shop's two fonts down to the letters of Western European languages and the weights that its pages use.
// A letter that is missing here (a Polish name) is shown in the system's font, as it was in the uncut files.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";

const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const folder = fileURLToPath(new URL("../dist/letters/", import.meta.url));
const FONTS = [
  {
    name: "bricolage",
    file: "@fontsource/bricolage-grotesque/files/bricolage-grotesque-latin-700-normal.woff2",
    axes: {},
  },
  {
    name: "figtree",
    file: "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
    axes: { wght: { min: 400, max: 700 } },
  },
];
/** Basic Latin and Latin-1 without their control characters, then what else English, Spanish, German and French write. */
const RANGES = [
  [0x20, 0x7e],
  [0xa0, 0xff],
];
const OTHERS = "ŒœŠšŸŽžẞ–—‘’‚“”„†•…‹›€™−→";

const letters = RANGES.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, place) => String.fromCodePoint(first + place)),
).join("");

await mkdir(folder, { recursive: true });
for (const { name, file, axes } of FONTS) {
  const whole = await readFile(packages + file);
  const options = { targetFormat: "woff2", variationAxes: axes };
  await writeFile(`${folder}${name}.woff2`, await subsetFont(whole, letters + OTHERS, options));
}
