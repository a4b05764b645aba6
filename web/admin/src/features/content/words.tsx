import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import type { ContentWords } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { useDeferredValue, useEffect, useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { Lacking } from "../../shell/lacking.tsx";
import { Section } from "../../shell/section.tsx";
import { missingOf, NO_WORDS, titled } from "./draft.ts";
import { previewOf } from "./requests.ts";

/** How long the writer pauses before the preview is asked for. */
const PAUSE_MILLISECONDS = 400;

interface Props {
  readonly locales: readonly string[];
  readonly texts: Readonly<Record<string, ContentWords>>;
  readonly reads: boolean;
  readonly onTexts: (texts: Readonly<Record<string, ContentWords>>) => void;
}

/** A page's words: the shop's first language at the left, a translation of it at the right. */
export function Words({ locales, texts, reads, onTexts }: Props) {
  const translate = useTranslate();
  const language = new Intl.DisplayNames(useLocale(), { type: "language" });
  const nameOf = (locale: string) => upperFirst(language.of(locale) ?? locale);
  const [first = "", ...others] = locales;
  const source = texts[first] ?? NO_WORDS;
  const lackOf = (locale: string) => missingOf(source, texts[locale] ?? NO_WORDS);
  const [chosen, setChosen] = useState(others.find((each) => lackOf(each).length > 0) ?? others[0]);
  const shown = [first, ...(chosen === undefined ? [] : [chosen])];
  return (
    <Section
      actions={
        others.length > 1 && (
          <TextField
            label={translate("va.content.translation")}
            onChange={(event) => setChosen(event.target.value)}
            select
            value={chosen}
          >
            {others.map((each) => (
              <MenuItem key={each} value={each}>
                {nameOf(each)}
                {lackOf(each).length > 0 && ` · ${translate("va.content.lacks")}`}
              </MenuItem>
            ))}
          </TextField>
        )
      }
      title={translate("va.content.words")}
    >
      <Box
        sx={{
          display: "grid",
          gap: 3,
          gridTemplateColumns: { lg: `repeat(${shown.length}, minmax(0, 1fr))` },
          p: 2,
        }}
      >
        {shown.map((locale, place) => (
          <OneLanguage
            isRequired={place === 0}
            key={locale}
            lacks={place === 0 ? [] : lackOf(locale).map((field) => translate(`va.content.${field}`))}
            locale={locale}
            name={nameOf(locale)}
            onWords={(words) => onTexts({ ...texts, [locale]: words })}
            reads={reads}
            words={texts[locale] ?? NO_WORDS}
          />
        ))}
      </Box>
    </Section>
  );
}

function upperFirst(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

interface LanguageProps {
  readonly name: string;
  readonly locale: string;
  readonly words: ContentWords;
  readonly isRequired: boolean;
  readonly reads: boolean;
  /** What the first language says and this one does not, in words. */
  readonly lacks: readonly string[];
  readonly onWords: (words: ContentWords) => void;
}

/** The words in one language, and below them what shoppers would see. */
function OneLanguage({ name, locale, words, isRequired, reads, lacks, onWords }: LanguageProps) {
  const translate = useTranslate();
  const field = {
    disabled: reads,
    fullWidth: true,
    slotProps: { htmlInput: { lang: locale } },
  } as const;
  return (
    <Box sx={{ display: "grid", gap: 2, alignContent: "start" }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, minHeight: 28 }}>
        <Typography variant="h3">{name}</Typography>
        <Lacking fields={lacks} />
      </Box>
      <Box aria-label={name} role="group" sx={{ display: "grid", gap: 2 }}>
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
          maxRows={24}
          minRows={12}
          multiline
          onChange={(event) => onWords({ ...words, body: event.target.value })}
          value={words.body}
        />
      </Box>
      <Preview body={words.body ?? ""} label={translate("va.content.preview", { name })} locale={locale} />
    </Box>
  );
}

/** A text as shoppers would see it. */
export function Preview({ body, label, locale }: { body: string; label: string; locale: string }) {
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
      sx={{ borderTop: 1, borderColor: "divider", pt: 1.5, overflowWrap: "anywhere", minWidth: 0 }}
    >
      <Typography color="text.secondary" variant="body2">
        {translate("va.content.preview_title")}
      </Typography>
      <Box dangerouslySetInnerHTML={{ __html: html }} sx={{ "& a": { color: "primary.main" } }} />
    </Box>
  );
}
