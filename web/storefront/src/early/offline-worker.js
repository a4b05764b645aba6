// The service worker: shows the offline page where a page cannot be fetched, and nothing else. It keeps that page with
// its own scripts, styles and letters; pages, prices, pictures and answers of the API are never kept, so none is old.
// scripts/inline-scripts.mjs puts the two values in.
const { version, files, pages } = OFFLINE;
const CACHE = `viva-offline-${version}`;
/** The pages that this worker answered itself since it started: only they get their files from it. */
const answered = new Set();

self.addEventListener("install", (event) => {
  const kept = caches.open(CACHE).then((cache) => cache.addAll([...files, ...Object.values(pages)]));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const forgotten = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  // The browser asks the network itself while this worker starts, so that it costs no page any time.
  event.waitUntil(Promise.all([forgotten, self.registration.navigationPreload?.enable()]));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.mode === "navigate") event.respondWith(navigate(event, pathname));
  // All others take theirs from the network or the browser's own cache, which compiles scripts as they arrive
  // and remembers them compiled; from here each would be compiled anew, all at once.
  else if (origin === location.origin && files.includes(pathname) && isOffline(event.clientId))
    event.respondWith(fileOf(event.request));
});

function isOffline(page) {
  return answered.has(page) || !navigator.onLine;
}

async function navigate(event, pathname) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const page = pages[pathname.split("/")[1]] ?? Object.values(pages)[0];
    const kept = await caches.match(page);
    if (kept === undefined) throw error;
    answered.add(event.resultingClientId);
    return kept;
  }
}

/** The names of these files hold their content: a kept one is never old. */
async function fileOf(request) {
  return (await caches.match(request)) ?? fetch(request);
}
