import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useListContext, useTranslate } from "ra-core";
import { type ReactNode, useState } from "react";

/** What narrows a list, in one row above it. It stands in the address. */
export function Filters({ children }: { children: ReactNode }) {
  return (
    <Box role="search" sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, mb: 2, alignItems: "center" }}>
      {children}
    </Box>
  );
}

/** Return the filters with one of them set, or taken out when it is empty. */
function withFilter(filters: Readonly<Record<string, unknown>>, source: string, value: string) {
  const { [source]: _, ...others } = filters;
  return value === "" ? others : { ...others, [source]: value };
}

/** Words to look for; asked when the typing rests. */
export function WordsFilter({ label, source = "q" }: { label: string; source?: string }) {
  const { filterValues, setFilters } = useListContext();
  const [text, setText] = useState(String(filterValues[source] ?? ""));
  const type = (typed: string) => {
    setText(typed);
    setFilters(withFilter(filterValues, source, typed.trim()), undefined, true);
  };
  return (
    <TextField
      label={label}
      onChange={(event) => type(event.target.value)}
      slotProps={{ htmlInput: { maxLength: 200 } }}
      sx={{ width: { xs: "100%", sm: 320 } }}
      type="search"
      value={text}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly source: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** What no choice means; all of them by default. */
  readonly none?: string;
}

/** One of a few values, or all. */
export function ChoiceFilter({ label, source, choices, none }: ChoiceProps) {
  const translate = useTranslate();
  const { filterValues, setFilters } = useListContext();
  return (
    <TextField
      label={label}
      onChange={(event) => setFilters(withFilter(filterValues, source, event.target.value))}
      select
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ width: { xs: "calc(50% - 6px)", sm: 190 } }}
      value={filterValues[source] ?? ""}
    >
      <MenuItem value="">{none ?? translate("va.list.all")}</MenuItem>
      {choices.map((choice) => (
        <MenuItem key={choice.value} value={choice.value}>
          {choice.label}
        </MenuItem>
      ))}
    </TextField>
  );
}
