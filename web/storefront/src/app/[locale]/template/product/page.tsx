import { Slot } from "@/fragments/slot.tsx";

/** The page every product page is made from. */
export default function ProductTemplate() {
  return <Slot name="product" />;
}
