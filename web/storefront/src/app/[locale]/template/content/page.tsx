import { Slot } from "@/fragments/slot.tsx";

/** The page every one of the shop's own texts is made from. */
export default function ContentTemplate() {
  return <Slot name="content" />;
}
