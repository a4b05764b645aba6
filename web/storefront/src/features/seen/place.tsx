"use client";

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { Messages } from "@/messages/index.ts";
import { seenIds } from "./store.ts";

const SHOWN_MAX = 8;
/** Begin this far before the strip comes into view. */
const AHEAD = "400px";
const SeenStrip = lazy(() => import("./strip.tsx"));

/** Keeps the place below a product for what was looked at before; its scripts come when it is scrolled to. */
export function SeenPlace({ locale, p }: { locale: string; p: Messages["product"] }) {
  const place = useRef<HTMLDivElement>(null);
  const [ids, setIds] = useState<readonly string[]>([]);
  useEffect(() => {
    const here = document.querySelector<HTMLElement>("[data-product]")?.dataset.product;
    const others = seenIds()
      .filter((id) => id !== here)
      .slice(0, SHOWN_MAX);
    if (others.length === 0 || place.current === null) return;
    const watcher = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watcher.disconnect();
        setIds(others);
      },
      { rootMargin: AHEAD },
    );
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, []);
  return (
    <div ref={place}>
      {ids.length === 0 ? null : (
        <Suspense fallback={null}>
          <SeenStrip ids={ids} locale={locale} p={p} />
        </Suspense>
      )}
    </div>
  );
}
