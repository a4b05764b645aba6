import { TextPage } from "@/features/texts/text-page.tsx";
import { localeOf } from "@/messages/index.ts";

export default async function Privacy({ params }: { params: Promise<{ locale: string }> }) {
  return <TextPage locale={localeOf((await params).locale)} name="privacy" />;
}
