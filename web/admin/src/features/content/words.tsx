import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import type { ContentWords } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useDeferredValue, useEffect, useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { Section } from "../../shell/section.tsx";
import { titled } from "./draft.ts";
import { previewOf } from "./requests.ts";

/** How long the writer pauses before the preview is asked for. */
const PAUSE_MILLISECONDS = 400;

interface Props {
  readonly name: string;
  readonly locale: string;
  readonly words: ContentWords;
  readonly isRequired: boolean;
  readonly reads: boolean;
  readonly onWords: (words: ContentWords) => void;
}

/** A page's words in one language, and beside them what shoppers would see. */
export function Words({ name, locale, words, isRequired, reads, onWords }: Props) {
  const translate = useTranslate();
  const field = {
    disabled: reads,
    fullWidth: true,
    slotProps: { htmlInput: { lang: locale } },
  } as const;
  return (
    <Section title={name.charAt(0).toLocaleUpperCase() + name.slice(1)}>
      <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { lg: "1fr 1fr" }, p: 2 }}>
        <Box aria-label={name} role="group" sx={{ display: "grid", gap: 2, alignContent: "start" }}>
          <TextField
            {...field}
            label={translate("va.content.title")}
            onChange={(event) => onWords(titled(words, event.target.value))}
            required={isRequired}
            value={words.title}
          />
          <TextField
            {...field}
            helperText={`/${locale}/info/${words.slug || "…"}/`}
            label={translate("va.content.slug")}
            onChange={(event) => onWords({ ...words, slug: event.target.value })}
            value={words.slug}
          />
          <TextField
            {...field}
            label={translate("va.content.description")}
            onChange={(event) => onWords({ ...words, description: event.target.value })}
            value={words.description}
          />
          <TextField
            {...field}
            helperText={translate("va.content.body_hint")}
            label={translate("va.content.body")}
            maxRows={30}
            minRows={10}
            multiline
            onChange={(event) => onWords({ ...words, body: event.target.value })}
            value={words.body}
          />
        </Box>
        <Preview body={words.body ?? ""} label={translate("va.content.preview", { name })} locale={locale} />
      </Box>
    </Section>
  );
}

function Preview({ body, label, locale }: { body: string; label: string; locale: string }) {
  const translate = useTranslate();
  const [asked, setAsked] = useState(body);
  useEffect(() => {
    const pause = setTimeout(() => setAsked(body), PAUSE_MILLISECONDS);
    return () => clearTimeout(pause);
  }, [body]);
  const { data } = useRead(["content-preview", asked], () => previewOf(asked), {
    enabled: asked !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const html = useDeferredValue(asked === "" ? "" : (data ?? ""));
  return (
    <Box
      aria-label={label}
      component="section"
      lang={locale}
      sx={{ borderLeft: { lg: 1 }, borderColor: { lg: "divider" }, pl: { lg: 3 }, overflowWrap: "anywhere" }}
    >
      <Typography color="text.secondary" variant="body2">
        {translate("va.content.preview_title")}
      </Typography>
      <Box dangerouslySetInnerHTML={{ __html: html }} sx={{ "& a": { color: "primary.main" } }} />
    </Box>
  );
}
