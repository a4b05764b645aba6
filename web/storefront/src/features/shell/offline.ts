/** Let the service worker show the offline page from now on. It keeps nothing else (src/early/offline-worker.js). */
export function prepareOffline(): void {
  // Only secure addresses have one; without it the browser shows its own page.
  navigator.serviceWorker?.register("/offline-worker.js").catch(() => undefined);
}
