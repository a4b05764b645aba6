// Packs the build's scripts and styles as tightly as brotli can, and holds what the first page loads to its budget.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

/** What somebody who opens the admin for the first time loads before anything shows, packed. */
const FIRST_KIB_MAX = 230;
/** What one more page may add. */
const PAGE_KIB_MAX = 60;

const root = fileURLToPath(new URL("../dist/", import.meta.url));
const pack = promisify(brotliCompress);
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
const bytes = new Map();

for (const name of await readdir(`${root}assets`)) {
  if (!/\.(js|css)$/.test(name)) continue;
  const packed = await pack(await readFile(`${root}assets/${name}`), options);
  await writeFile(`${root}assets/${name}.br`, packed);
  bytes.set(`assets/${name}`, packed.length);
}

const manifest = JSON.parse(await readFile(`${root}.vite/manifest.json`, "utf8"));

/** Return every file a chunk needs, itself included, without what it loads later. */
function filesOf(key, found = new Set()) {
  const chunk = manifest[key];
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const style of chunk.css ?? []) found.add(style);
  for (const other of chunk.imports ?? []) filesOf(other, found);
  return found;
}

const kib = (files) => [...files].reduce((sum, file) => sum + (bytes.get(file) ?? 0), 0) / 1024;
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = filesOf(entry);
const problems = [];
const addedBy = (key) => kib([...filesOf(key)].filter((file) => !first.has(file)));
const isWords = (key) => /^src\/messages\/[a-z]+\/index\.ts$/.test(key);
/** The longest language, since each reader loads one. */
const words = Math.max(...Object.keys(manifest).filter(isWords).map(addedBy));
const firstKib = kib(first) + words;
console.log(`${"first page".padEnd(18)} ${firstKib.toFixed(1)} KiB of ${FIRST_KIB_MAX}`);
if (!(firstKib <= FIRST_KIB_MAX)) problems.push("the first page");

for (const key of manifest[entry].dynamicImports ?? []) {
  if (isWords(key)) continue;
  const added = addedBy(key);
  const name = key.replace(/^src\/features\/|\.tsx$/g, "");
  console.log(`${name.padEnd(18)} ${added.toFixed(1)} KiB of ${PAGE_KIB_MAX}`);
  if (added > PAGE_KIB_MAX) problems.push(name);
}
if (problems.length > 0) {
  console.error(`Over budget: ${problems.join(", ")}.`);
  process.exit(1);
}
