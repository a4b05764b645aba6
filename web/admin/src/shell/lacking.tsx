import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { useTranslate } from "ra-core";
import { coloursOf } from "./theme.ts";

/** So many are named; more are counted, so that the mark stays on its line. */
const NAMED_MAX = 2;

/** Marks a translation that lacks what the first language says; nothing where it lacks nothing. */
export function Lacking({ fields }: { fields: readonly string[] }) {
  const translate = useTranslate();
  const shade = coloursOf(useTheme().palette.mode).tones.wait;
  if (fields.length === 0) return null;
  return (
    <Box
      component="span"
      sx={{
        px: 1.25,
        py: 0.25,
        borderRadius: 99,
        fontSize: 13,
        fontWeight: 600,
        backgroundColor: shade.back,
        color: shade.text,
      }}
    >
      {fields.length > NAMED_MAX
        ? translate("va.list.missing_many", { count: fields.length })
        : translate("va.list.missing", { fields: fields.join(", ") })}
    </Box>
  );
}
