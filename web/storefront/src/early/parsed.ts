/** Return the place of that name as soon as the browser has read it, which is before it is painted. */
export function parsed(name: string): Promise<HTMLElement> {
  const find = () => document.querySelector<HTMLElement>(`[data-early="${name}"]`);
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = find();
      if (found !== null) resolve(found);
      else if (document.readyState !== "loading") reject(new Error(`This page has no place named ${name}.`));
      else return;
      watch.disconnect();
      document.removeEventListener("DOMContentLoaded", look);
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", look);
    look();
  });
}

/** Return the words that a place says. */
export function wordsOf<T>(place: HTMLElement): T {
  return JSON.parse(place.dataset.words ?? "{}") as T;
}
