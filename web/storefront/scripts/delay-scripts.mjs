// Marks the scripts of the pages that are complete without them, for the loader in their head to start later.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = process.argv[2] ?? fileURLToPath(new URL("../out", import.meta.url));
/** Pages whose main part only the browser can draw: they need their scripts at once. */
const DRAWN_BY_SCRIPTS = /^(search|cart|checkout|order|account)(\/|$)/;
for (const locale of await readdir(root, { withFileTypes: true })) {
  if (!locale.isDirectory() || !/^[a-z]{2}$/.test(locale.name)) continue;
  for (const e of await readdir(`${root}/${locale.name}`, { recursive: true })) {
    if (!e.endsWith("index.html")) continue;
    if (DRAWN_BY_SCRIPTS.test(e)) continue;
    const path = `${root}/${locale.name}/${e}`;
    let html = await readFile(path, "utf8");
    html = html.replace(/<link rel="preload" as="script"[^>]*>/g, "");
    html = html.replace(/<script src="([^"]+)"([^>]*)><\/script>/g, (all, src, rest) =>
      rest.includes("noModule") ? all : `<script type="text/later" src="${src}"${rest}></script>`,
    );
    html = html.replace(
      "</head>",
      `<script>(()=>{let started=false;const start=()=>{if(started)return;started=true;for(const old of document.querySelectorAll('script[type="text/later"]')){const s=document.createElement("script");s.async=true;s.src=old.getAttribute("src");if(old.id)s.id=old.id;old.replaceWith(s)}};addEventListener("load",()=>requestAnimationFrame(()=>setTimeout(start)))})()</script></head>`,
    );
    await writeFile(path, html);
  }
}
