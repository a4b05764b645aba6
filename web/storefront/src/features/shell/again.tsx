"use client";

import { useEffect } from "react";

/** Opens the page again: when pressed, and by itself as soon as the browser has a network. */
export function OpenAgain({ label }: { label: string }) {
  useEffect(() => {
    const again = () => location.reload();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, []);
  return (
    <button className="btn btn-primary" onClick={() => location.reload()} type="button">
      {label}
    </button>
  );
}
