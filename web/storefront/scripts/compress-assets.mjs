// Packs the export's scripts and styles as tightly as brotli can, beside the plain files, for the server to send.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const root = fileURLToPath(new URL("../out/_next/static", import.meta.url));
const pack = promisify(brotliCompress);
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(js|css)$/.test(entry.name)) continue;
  const path = `${entry.parentPath}/${entry.name}`;
  await writeFile(`${path}.br`, await pack(await readFile(path), options));
}
