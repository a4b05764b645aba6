import RemoveIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import TextField from "@mui/material/TextField";
import type { StaffOption } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import {
  missingCombinations,
  OPTIONS_MAX,
  withCombinations,
  withOption,
  withOptionAs,
  withoutOption,
} from "./axes.ts";
import type { Part } from "./editor.tsx";
import { wordsOf } from "./typed.ts";

/** What shoppers choose between: sizes, colours. Every combination can be a variant. */
export function Options({ draft, onDraft, locales }: Part & { locales: readonly string[] }) {
  const translate = useTranslate();
  const { options } = draft.product;
  const missing = missingCombinations(draft).length;
  return (
    <Box sx={{ px: 2, pb: 2, display: "grid", gap: 2 }}>
      {options.length === 0 && (
        <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
          {translate("va.option.none")}
        </Box>
      )}
      {options.map((option, place) => (
        <OneOption
          // An axis has no name of its own before it is typed; its place is all there is.
          // biome-ignore lint/suspicious/noArrayIndexKey: axes are not moved, only added behind and removed
          key={place}
          locales={locales}
          number={place + 1}
          onOption={(changed) => onDraft(withOptionAs(draft, place, changed))}
          onRemove={() => onDraft(withoutOption(draft, place))}
          option={option}
        />
      ))}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
        {options.length < OPTIONS_MAX && (
          <Button onClick={() => onDraft(withOption(draft))} variant="outlined">
            {translate("va.option.add")}
          </Button>
        )}
        {missing > 0 && (
          <Button onClick={() => onDraft(withCombinations(draft))} variant="outlined">
            {translate("va.option.combine", { smart_count: missing })}
          </Button>
        )}
      </Box>
    </Box>
  );
}

interface OneProps {
  readonly option: StaffOption;
  readonly number: number;
  readonly locales: readonly string[];
  readonly onOption: (option: StaffOption) => void;
  readonly onRemove: () => void;
}

function OneOption({ option, number, locales, onOption, onRemove }: OneProps) {
  const translate = useTranslate();
  const [values, setValues] = useState(option.values.join(", "));
  const type = (text: string) => {
    setValues(text);
    onOption({ ...option, values: [...new Set(wordsOf(text))] });
  };
  const setLabel = (locale: string, text: string) =>
    onOption({ ...option, labels: withWords(option.labels ?? {}, locale, text) });
  const setValueLabel = (value: string, locale: string, text: string) => {
    const labels = withWords(option.value_labels?.[value] ?? {}, locale, text);
    onOption({ ...option, value_labels: { ...option.value_labels, [value]: labels } });
  };
  return (
    <Box
      aria-label={translate("va.option.number", { number })}
      role="group"
      sx={{ display: "grid", gap: 1.5, border: 1, borderColor: "divider", borderRadius: 2, p: 1.5 }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "flex-start" }}>
        <TextField
          label={translate("va.option.name")}
          onChange={(event) => onOption({ ...option, name: event.target.value })}
          sx={{ flex: "1 1 140px" }}
          value={option.name}
        />
        <TextField
          helperText={translate("va.product.tags_help")}
          label={translate("va.option.values")}
          onChange={(event) => type(event.target.value)}
          sx={{ flex: "3 1 220px" }}
          value={values}
        />
        <IconButton aria-label={translate("va.option.remove", { number })} onClick={onRemove}>
          <RemoveIcon />
        </IconButton>
      </Box>
      {option.name !== "" && (
        <Box component="details">
          <Box component="summary" sx={{ cursor: "pointer", color: "text.secondary", py: 0.5 }}>
            {translate("va.option.words")}
          </Box>
          <Box sx={{ pt: 1.5, display: "grid", gap: 1.5 }}>
            <Words locales={locales} name={option.name} onWords={setLabel} words={option.labels ?? {}} />
            {option.values.map((value) => (
              <Words
                key={value}
                locales={locales}
                name={value}
                onWords={(locale, text) => setValueLabel(value, locale, text)}
                words={option.value_labels?.[value] ?? {}}
              />
            ))}
          </Box>
        </Box>
      )}
    </Box>
  );
}

interface WordsProps {
  readonly name: string;
  readonly locales: readonly string[];
  readonly words: Readonly<Record<string, string>>;
  readonly onWords: (locale: string, text: string) => void;
}

/** What something is called in every language; where nothing stands, its own name is shown. */
export function Words({ name, locales, words, onWords }: WordsProps) {
  return (
    <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: { sm: `repeat(${locales.length}, 1fr)` } }}>
      {locales.map((locale) => (
        <TextField
          key={locale}
          label={`${name} (${locale.toUpperCase()})`}
          onChange={(event) => onWords(locale, event.target.value)}
          placeholder={name}
          slotProps={{ htmlInput: { lang: locale } }}
          value={words[locale] ?? ""}
        />
      ))}
    </Box>
  );
}

/** Return the words with those of one language, or without them when they are empty. */
export function withWords(words: Readonly<Record<string, string>>, locale: string, text: string) {
  const { [locale]: _, ...others } = words;
  return text === "" ? others : { ...others, [locale]: text };
}
