import Box from "@mui/material/Box";
import type { ChangedSetting } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { placeWords, valueWords } from "./places.ts";

/** How many changes are told before the rest is folded away. */
const SHOWN_MAX = 5;

/** What changed, one value under the other: where, what it was, what it is. */
export function Changes({ changes }: { changes: readonly ChangedSetting[] }) {
  const translate = useTranslate();
  const rest = changes.slice(SHOWN_MAX);
  if (changes.length === 0) return <span>{translate("va.settings.nothing_changed")}</span>;
  return (
    <>
      <Values changes={changes.slice(0, SHOWN_MAX)} />
      {rest.length > 0 && (
        <Box component="details" sx={{ mt: 0.75 }}>
          <Box component="summary" sx={{ cursor: "pointer", color: "primary.main" }}>
            {translate("va.settings.more_changes", { count: rest.length })}
          </Box>
          <Values changes={rest} />
        </Box>
      )}
    </>
  );
}

function Values({ changes }: { changes: readonly ChangedSetting[] }) {
  const translate = useTranslate();
  const locale = useLocale();
  const words = (place: string, value: string) => valueWords(place, value, locale, translate);
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 0.75 }}>
      {changes.map(({ place, before, after }) => (
        <Box component="li" key={place} sx={{ overflowWrap: "anywhere" }}>
          <Box component="span" sx={{ color: "text.secondary", fontSize: 13, display: "block" }}>
            {placeWords(place, translate)}
          </Box>
          <del>{words(place, before)}</del> →{" "}
          <ins style={{ textDecoration: "none" }}>{words(place, after)}</ins>
        </Box>
      ))}
    </Box>
  );
}
