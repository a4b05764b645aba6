import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import type { TextsOfLocale } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { Lacking } from "../../shell/lacking.tsx";
import { NO_TEXTS } from "./draft.ts";
import type { Part } from "./editor.tsx";

export const TEXT_FIELDS = ["title", "slug", "description_html", "seo_title", "seo_description"] as const;
const LONG: ReadonlySet<string> = new Set(["description_html", "seo_description"]);

/** A product's words, the languages side by side. */
export function Texts({ draft, onDraft, locales }: Part & { locales: readonly string[] }) {
  const language = new Intl.DisplayNames(useLocale(), { type: "language" });
  const set = (locale: string, texts: TextsOfLocale) =>
    onDraft({ ...draft, product: { ...draft.product, texts: { ...draft.product.texts, [locale]: texts } } });
  return (
    <Box
      sx={{
        display: "grid",
        gap: 3,
        gridTemplateColumns: { md: `repeat(${locales.length}, minmax(0, 1fr))` },
        p: 2,
      }}
    >
      {locales.map((locale) => (
        <OneLanguage
          key={locale}
          name={language.of(locale) ?? locale}
          source={draft.product.texts[locales[0] ?? locale]}
          onTexts={(texts) => set(locale, texts)}
          texts={draft.product.texts[locale] ?? NO_TEXTS}
          locale={locale}
        />
      ))}
    </Box>
  );
}

interface Props {
  readonly name: string;
  readonly locale: string;
  readonly texts: TextsOfLocale;
  /** The words in the shop's first language, whose translation these are. */
  readonly source?: TextsOfLocale | undefined;
  readonly onTexts: (texts: TextsOfLocale) => void;
}

/** The words in one language. */
export function OneLanguage({ name, locale, texts, source = texts, onTexts }: Props) {
  const translate = useTranslate();
  const lacks = TEXT_FIELDS.filter((field) => source[field] && !texts[field]);
  return (
    <Box aria-label={name} role="group" sx={{ display: "grid", gap: 2, alignContent: "start" }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, minHeight: 28 }}>
        <Typography sx={{ textTransform: "capitalize" }} variant="h3">
          {name}
        </Typography>
        <Lacking fields={lacks.map((field) => translate(`va.product.text.${field}`))} />
      </Box>
      {TEXT_FIELDS.map((field) => (
        <TextField
          key={field}
          label={translate(`va.product.text.${field}`)}
          multiline={LONG.has(field)}
          onChange={(event) => onTexts({ ...texts, [field]: event.target.value })}
          slotProps={{ htmlInput: { lang: locale } }}
          {...(field === "description_html" ? { minRows: 6, maxRows: 16 } : {})}
          value={texts[field] ?? ""}
        />
      ))}
    </Box>
  );
}
