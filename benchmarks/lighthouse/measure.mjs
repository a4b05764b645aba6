// Visits pages with Lighthouse's mobile defaults, each by a browser that knows nothing of the shop yet.
//
//     node measure.mjs BROWSER
//
// Reads one JSON object per line: {"url", "cart": product page or null, "skip": [audits]}; answers one per line.
// Somebody with a `cart` has put that product into it before.
import { createInterface } from "node:readline";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const [executablePath] = process.argv.slice(2);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const ATTEMPTS_MAX = 4;
const BROWSER_FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"];

/** Send one command to the page's browser. */
async function command(page, name, parameters) {
  const session = await page.createCDPSession();
  await session.send(name, parameters);
  await session.detach();
}

/**
 * Put the product of that page into the cart, as a shopper does who first answers the question in front of it.
 * The page is closed again: its renderer would keep the shop's scripts in memory, neither fetched nor ready to run.
 */
async function fillCart(browser, product) {
  const page = await browser.newPage();
  await page.goto(product, { waitUntil: "networkidle0" });
  await page.click("#consent > div > button");
  await page.waitForSelector("#consent", { hidden: true });
  await page.click("[data-submit]");
  await page.waitForSelector("dialog[open]");
  await page.close();
}

/** Return the figures of one visit; bytes are as they came over the wire, times in milliseconds. */
function figures({ lhr, artifacts }) {
  const numeric = (name) => lhr.audits[name].numericValue;
  const requests = lhr.audits["network-requests"].details.items.filter((item) => item.finished);
  const later = new Set(
    artifacts.ImageElements.filter((image) => image.loading === "lazy").map((image) => image.src),
  );
  const scripts = requests.filter((item) => item.resourceType === "Script");
  const first = requests.filter((item) => !later.has(item.url));
  return {
    scores: Object.fromEntries(CATEGORIES.map((name) => [name, lhr.categories[name].score * 100])),
    lcp: numeric("largest-contentful-paint"),
    tbt: numeric("total-blocking-time"),
    cls: numeric("cumulative-layout-shift"),
    scripts: Object.fromEntries(scripts.map((item) => [new URL(item.url).pathname, item.transferSize])),
    index: lhr.environment.benchmarkIndex,
    bytes: first.reduce((total, item) => total + item.transferSize, 0),
  };
}

/** Visit the page in a browser of its own, once more when the trace came out unusable. */
async function visit({ url, cart, skip }) {
  for (let attempt = 1; ; attempt += 1) {
    const browser = await puppeteer.launch({ executablePath, args: BROWSER_FLAGS });
    try {
      if (cart) await fillCart(browser, cart);
      const page = await browser.newPage();
      await command(page, "Network.clearBrowserCache");
      const flags = { onlyCategories: CATEGORIES, skipAudits: skip, disableStorageReset: true, logLevel: "silent" };
      const result = await lighthouse(url, flags, undefined, page);
      if (!result.lhr.runtimeError) return figures(result);
      if (attempt === ATTEMPTS_MAX) throw new Error(result.lhr.runtimeError.message);
    } finally {
      await browser.close();
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await visit(JSON.parse(line)))}\n`);
}
