"use client";

import { useEffect } from "react";
import { startStockAlert } from "@/features/alerts/form.ts";
import type { Messages } from "@/messages/index.ts";
import { startProductPage } from "./product.ts";

interface Props {
  readonly locale: string;
  readonly p: Messages["product"];
}

/** Brings a product's published page to life; no other page carries its scripts. */
export function ProductIsland({ locale, p }: Props) {
  useEffect(() => {
    const stop = [startProductPage(locale, p), startStockAlert(locale)];
    return () => {
      for (const end of stop) end();
    };
  }, [locale, p]);
  return null;
}
