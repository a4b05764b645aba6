/** Say so while the browser has no network. Return what stops it. */
export function watchNetwork(): () => void {
  const show = () =>
    document.getElementById("offline-note")?.setAttribute("data-offline", String(!navigator.onLine));
  show();
  addEventListener("online", show);
  addEventListener("offline", show);
  return () => {
    removeEventListener("online", show);
    removeEventListener("offline", show);
  };
}
