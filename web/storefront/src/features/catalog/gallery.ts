/** Give a published gallery its thumbnails and its enlarged view. Ends with the signal. */
export function startGallery(root: HTMLElement, signal: AbortSignal): { show(imageId: string): void } {
  const track = root.querySelector<HTMLElement>("[data-track]");
  const images = [...root.querySelectorAll<HTMLButtonElement>("[data-image]")];
  const thumbs = [...root.querySelectorAll<HTMLButtonElement>("[data-thumb]")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const mark = (index: number) => {
    for (const [place, thumb] of thumbs.entries())
      thumb.setAttribute("aria-current", String(place === index));
  };
  const go = (index: number) => {
    if (!track) return;
    track.scrollTo({ left: index * track.clientWidth, behavior: calm ? "auto" : "smooth" });
    mark(index);
  };
  for (const [index, thumb] of thumbs.entries()) thumb.addEventListener("click", () => go(index), { signal });
  for (const image of images) image.addEventListener("click", () => enlarge(image), { signal });
  track?.addEventListener(
    "scrollend",
    () => mark(Math.round(track.scrollLeft / Math.max(1, track.clientWidth))),
    { signal },
  );
  return {
    show(imageId) {
      const index = images.findIndex((image) => image.dataset.image === imageId);
      if (index >= 0) go(index);
    },
  };
}

/** Show one picture as large as the window, in a dialog that any click or Escape closes. */
function enlarge(image: HTMLButtonElement): void {
  const source = image.dataset.zoom;
  if (!source) return;
  const dialog = document.createElement("dialog");
  dialog.className = "m-auto max-h-[94dvh] max-w-[94vw] overflow-hidden rounded-[28px] bg-surface p-0";
  dialog.setAttribute("aria-label", image.getAttribute("aria-label") ?? "");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "block cursor-zoom-out";
  const picture = document.createElement("img");
  picture.src = source;
  picture.alt = image.querySelector("img")?.alt ?? "";
  picture.className = "block max-h-[94dvh] w-auto max-w-[94vw]";
  close.append(picture);
  dialog.append(close);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
