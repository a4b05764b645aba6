// Puts a few lines of script into the heads of exported pages, so that what a shopper waits for comes first
// (docs/decisions/0023). The publisher hashes inline scripts for each page's policy.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
/** The front page knows whose it is before its first paint. */
const EARLIER = { "index.html": "home" };
/** Pages whose main part only the framework can draw: they need their scripts at once. */
const DRAWN_BY_SCRIPTS = /^(checkout|order|account)\//;
/** Pages that ask for an answer from their head and draw it without the framework. */
const DRAWN_EARLY = { "search/index.html": "search", "cart/index.html": "cart" };
const CHARSET = '<meta charSet="utf-8"/>';
const PRELOADED = /<link rel="preload" as="script"[^>]*>/g;
const ASYNC = /<script src="([^"]+)"((?: id="[^"]*")? async="")((?: id="[^"]*")?)><\/script>/g;

/** Return a file of src/early with all that it needs, as one script. */
async function bundle(name) {
  const result = await build({
    entryPoints: [`${root}src/early/${name}`],
    bundle: true,
    jsx: "automatic",
    jsxImportSource: "@/early",
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    alias: { "@": `${root}src` },
    logLevel: "error",
  });
  return result.outputFiles[0].text.trim();
}

const inline = (script) => `<script>${script}</script>`;

/** Return what stands first in a page that is drawn early: its question, and the file that draws the answer. */
async function drawnEarly(name) {
  const drawing = await bundle(`${name}-drawing`);
  const digest = createHash("sha256").update(drawing).digest("hex").slice(0, 12);
  const path = `/_next/static/chunks/${name}-${digest}.js`;
  await writeFile(`${root}out${path}`, drawing);
  return `${inline(await bundle(name))}<script async="" src="${path}"></script>`;
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

const later = inline(await bundle("later"));
const drawings = {};
for (const [page, name] of Object.entries(DRAWN_EARLY)) drawings[page] = await drawnEarly(name);
const locales = [];
for (const locale of await readdir(`${root}out`, { withFileTypes: true })) {
  const folder = `${root}out/${locale.name}`;
  if (!locale.isDirectory() || !(await readdir(folder)).includes("template")) continue;
  locales.push(locale.name);
  for (const page of await readdir(folder, { recursive: true })) {
    if (!page.endsWith("index.html")) continue;
    if (DRAWN_BY_SCRIPTS.test(page)) continue;
    const html = delayed(await readFile(`${folder}/${page}`, "utf8"));
    if (!html.includes(CHARSET)) throw new Error(`${page} does not tell its charset as this build knows it.`);
    // Before the styles: a script that stands behind them waits for them, and its question with it.
    const drawn = html.replace(CHARSET, () => CHARSET + (drawings[page] ?? ""));
    const earlier = EARLIER[page] ? inline(await bundle(EARLIER[page])) : "";
    await writeFile(
      `${folder}/${page}`,
      drawn.replace("</head>", () => `${earlier}${later}</head>`),
    );
  }
}
await writeOfflineWorker(locales);
