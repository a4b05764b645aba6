// Renders the catalogue parts of the pages, with marks, to out/fragments.json for the publisher.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundle = `${root}.next/fragments.mjs`;

await build({
  entryPoints: [`${root}src/fragments/build.tsx`],
  outfile: bundle,
  bundle: true,
  format: "esm",
  platform: "node",
  jsx: "automatic",
  alias: { "@": `${root}src` },
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "error",
});
const { buildFragments } = await import(pathToFileURL(bundle).href);
await mkdir(`${root}out`, { recursive: true });
await writeFile(`${root}out/fragments.json`, buildFragments());
await rm(bundle);
