import { recall, SIGNED_IN_KEY } from "@/api/storage.ts";
import { isWished, keepWishes, WISHES_EVENT, WISHES_MAX, wishes } from "./store.ts";

function paint(): void {
  const known = new Set(wishes().map((mark) => mark.product_id));
  for (const heart of document.querySelectorAll<HTMLElement>("[data-wish]")) {
    heart.setAttribute("aria-pressed", String(known.has(heart.dataset.wish ?? "")));
  }
}

/** Change the list here at once, and the customer's own after it; what the shop refuses is taken back. */
async function toggle(id: string): Promise<void> {
  const before = wishes();
  const added = !isWished(id);
  if (added && before.length >= WISHES_MAX) return;
  const others = before.filter((mark) => mark.product_id !== id);
  keepWishes(added ? [{ product_id: id, at: new Date().toISOString() }, ...others] : others);
  if (recall(SIGNED_IN_KEY) === null) return;
  const { setWish } = await import("./own.ts");
  if (!(await setWish(id, added))) keepWishes(before);
}

/** Let every heart on the page wish for its product, now and when more cards come. Return what stops it. */
export function followHearts(): () => void {
  const press = (event: MouseEvent) => {
    const id = (event.target as Element).closest<HTMLElement>("[data-wish]")?.dataset.wish;
    if (id) void toggle(id);
  };
  const more = new MutationObserver((changes) => {
    if (changes.some((change) => change.addedNodes.length > 0)) paint();
  });
  paint();
  more.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", press);
  addEventListener(WISHES_EVENT, paint);
  addEventListener("storage", paint);
  return () => {
    more.disconnect();
    document.removeEventListener("click", press);
    removeEventListener(WISHES_EVENT, paint);
    removeEventListener("storage", paint);
  };
}
