import { Slot } from "@/fragments/slot.tsx";

export default function Home() {
  return <Slot name="home" />;
}
