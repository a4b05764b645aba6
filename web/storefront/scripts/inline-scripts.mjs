// Puts a few lines of script into the heads of exported pages, so that what a shopper waits for comes first
// (docs/decisions/0023). The publisher hashes inline scripts for each page's policy.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Pages whose main part only the browser can draw: they need their scripts at once, and some an answer. */
const DRAWN_BY_SCRIPTS = /^(search|cart|checkout|order|account)\//;
/** The front page knows whose it is before its first paint. */
const EARLIER = { "index.html": "home" };
const QUESTIONS = { "search/index.html": "search", "cart/index.html": "cart" };
const PRELOADED = /<link rel="preload" as="script"[^>]*>/g;
const ASYNC = /<script src="([^"]+)"((?: id="[^"]*")? async="")((?: id="[^"]*")?)><\/script>/g;

async function bundle(name) {
  const result = await build({
    entryPoints: [`${root}src/early/${name}.ts`],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    alias: { "@": `${root}src` },
    logLevel: "error",
  });
  return `<script>${result.outputFiles[0].text.trim()}</script>`;
}

/** Mark a page's scripts for later.ts to start. */
function delayed(html) {
  const marked = html
    .replace(PRELOADED, "")
    .replace(ASYNC, '<script type="text/later" src="$1"$2$3></script>');
  if (marked.includes("<script src=") && /<script src="[^"]+"(?! noModule)/.test(marked))
    throw new Error("An exported page starts a script in a way that this build does not know.");
  return marked;
}

/** Write the service worker, named by all that it keeps: the offline pages with their scripts, styles and letters. */
async function writeOfflineWorker(locales) {
  const files = new Set();
  const pages = {};
  const digest = createHash("sha256");
  for (const locale of locales) {
    const html = await readFile(`${root}out/${locale}/offline/index.html`, "utf8");
    digest.update(html);
    pages[locale] = `/${locale}/offline/`;
    for (const [, file] of html.matchAll(/(?:src|href)="(\/_next\/static\/[^"]+\.(?:js|css|woff2))"/g))
      files.add(file);
  }
  const value = { version: digest.digest("hex").slice(0, 16), files: [...files], pages };
  await build({
    entryPoints: [`${root}src/early/offline-worker.js`],
    outfile: `${root}out/offline-worker.js`,
    define: { OFFLINE: JSON.stringify(value) },
    minify: true,
    target: "es2022",
    logLevel: "error",
  });
}

const later = await bundle("later");
const locales = [];
for (const locale of await readdir(`${root}out`, { withFileTypes: true })) {
  const folder = `${root}out/${locale.name}`;
  if (!locale.isDirectory() || !(await readdir(folder)).includes("template")) continue;
  locales.push(locale.name);
  for (const page of await readdir(folder, { recursive: true })) {
    if (!page.endsWith("index.html")) continue;
    const html = await readFile(`${folder}/${page}`, "utf8");
    const question = QUESTIONS[page];
    const first = EARLIER[page] ? await bundle(EARLIER[page]) : "";
    const early = DRAWN_BY_SCRIPTS.test(page) ? question && (await bundle(question)) : first + later;
    const changed = DRAWN_BY_SCRIPTS.test(page) ? html : delayed(html);
    if (early)
      await writeFile(
        `${folder}/${page}`,
        changed.replace("</head>", () => `${early}</head>`),
      );
  }
}
await writeOfflineWorker(locales);
