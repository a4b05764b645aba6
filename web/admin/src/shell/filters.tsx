import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
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

/** Words to look for. */
export function WordsFilter({ label, source = "q" }: { label: string; source?: string }) {
  return (
    <TypedFilter
      input={{ maxLength: 200 }}
      label={label}
      source={source}
      type="search"
      width={{ xs: "100%", sm: 320 }}
    />
  );
}

interface TypedProps extends FieldProps {
  readonly input: { readonly maxLength: number; readonly inputMode?: "decimal" };
  readonly width: { readonly xs: string; readonly sm: number };
  readonly type?: "search" | "text";
}

/** A filter that is typed; asked when the typing rests. */
function TypedFilter({ label, source, input, width, type = "text" }: TypedProps) {
  const { filterValues, setFilters } = useListContext();
  const [text, setText] = useState(String(filterValues[source] ?? ""));
  const change = (typed: string) => {
    setText(typed);
    setFilters(withFilter(filterValues, source, typed.trim()), undefined, true);
  };
  return (
    <TextField
      label={label}
      onChange={(event) => change(event.target.value)}
      slotProps={{ htmlInput: input }}
      sx={{ width }}
      type={type}
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

interface FieldProps {
  readonly label: string;
  readonly source: string;
}

/** A day of the reader's own calendar. */
export function DayFilter({ label, source }: FieldProps) {
  const { filterValues, setFilters } = useListContext();
  return (
    <TextField
      label={label}
      onChange={(event) => setFilters(withFilter(filterValues, source, event.target.value))}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: { xs: "calc(50% - 6px)", sm: 170 } }}
      type="date"
      value={filterValues[source] ?? ""}
    />
  );
}

/** An amount as people write it. */
export function AmountFilter({ label, source }: FieldProps) {
  return (
    <TypedFilter
      input={{ inputMode: "decimal", maxLength: 20 }}
      label={label}
      source={source}
      width={{ xs: "calc(50% - 6px)", sm: 150 }}
    />
  );
}

/** Filters that are seldom wanted; they stand open while one of them is set. */
export function MoreFilters({ sources, children }: { sources: readonly string[]; children: ReactNode }) {
  const translate = useTranslate();
  const { filterValues } = useListContext();
  const isSet = sources.some((source) => filterValues[source] !== undefined);
  const [isOpen, setOpen] = useState(isSet);
  return (
    <>
      <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} size="small">
        {translate(isOpen ? "va.list.fewer_filters" : "va.list.more_filters")}
      </Button>
      {isOpen && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, width: "100%", alignItems: "center" }}>
          {children}
        </Box>
      )}
    </>
  );
}
