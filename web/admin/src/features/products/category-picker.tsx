import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import TextField from "@mui/material/TextField";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { ProblemCard } from "../../shell/problems.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { readCategories } from "../categories/requests.ts";
import { branchesOf, nameOf } from "../categories/tree.ts";
import type { Part } from "./editor.tsx";

const CHOSEN_MAX = 50;
/** A longer tree gets a field to narrow it. */
const SHORT_TREE_MAX = 12;

/** On which shelves the product stands: the tree, to choose from. */
export function CategoryPicker({ draft, onDraft, locale }: Part & { locale: string }) {
  const translate = useTranslate();
  const [words, setWords] = useState("");
  const { data, error, isPending, refetch } = useRead(["categories"], readCategories);
  if (isPending) return <Waiting />;
  if (error !== null) return <ProblemCard error={error} onRetry={() => void refetch()} />;
  const chosen = draft.product.category_ids;
  const toggle = (id: string, isChosen: boolean) => {
    const category_ids = isChosen ? [...chosen, id] : chosen.filter((each) => each !== id);
    onDraft({ ...draft, product: { ...draft.product, category_ids } });
  };
  const wanted = words.trim().toLocaleLowerCase();
  const branches = branchesOf(data).filter(
    ({ category }) => wanted === "" || nameOf(category, locale).toLocaleLowerCase().includes(wanted),
  );
  return (
    <Box sx={{ px: 2, pt: 1, pb: 2, display: "grid", gap: 1.5 }}>
      {data.length > SHORT_TREE_MAX && (
        <TextField
          label={translate("va.category.find")}
          onChange={(event) => setWords(event.target.value)}
          sx={{ maxWidth: 360 }}
          type="search"
          value={words}
        />
      )}
      <Box
        aria-label={translate("va.nav.categories")}
        role="group"
        // What scrolls must be reachable by keyboard.
        sx={{ maxHeight: 320, overflowY: "auto", display: "grid", justifyItems: "start" }}
        tabIndex={0}
      >
        {branches.map(({ category, depth }) => (
          <FormControlLabel
            control={
              <Checkbox
                checked={chosen.includes(category.id)}
                disabled={!chosen.includes(category.id) && chosen.length >= CHOSEN_MAX}
                onChange={(_, isChosen) => toggle(category.id, isChosen)}
                size="small"
              />
            }
            key={category.id}
            label={nameOf(category, locale)}
            sx={{ pl: wanted === "" ? depth * 3 : 0, mr: 0 }}
          />
        ))}
        {branches.length === 0 && (
          <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
            {translate(data.length === 0 ? "va.category.none" : "va.list.nothing_fits")}
          </Box>
        )}
      </Box>
    </Box>
  );
}
