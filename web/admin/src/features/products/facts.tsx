import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { StaffProduct } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { localTime, momentOf } from "./draft.ts";
import type { Part } from "./editor.tsx";
import { wordsOf } from "./typed.ts";

const STATUSES = ["draft", "active", "archived"] as const;

/** What a product is, beside its words: state, maker, kind, tags. */
export function Facts({ draft, onDraft }: Part) {
  const translate = useTranslate();
  const { product } = draft;
  const [tags, setTags] = useState(product.tags.join(", "));
  const set = (changed: Partial<StaffProduct>) => onDraft({ ...draft, product: { ...product, ...changed } });
  const typeTags = (text: string) => {
    setTags(text);
    set({ tags: wordsOf(text) });
  };
  return (
    <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: { sm: "1fr 1fr" }, p: 2 }}>
      <TextField
        label={translate("va.order.status")}
        onChange={(event) => set({ status: event.target.value as StaffProduct["status"] })}
        select
        value={product.status}
      >
        {STATUSES.map((status) => (
          <MenuItem key={status} value={status}>
            {translate(`va.status.${status}`)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label={translate("va.product.vendor")}
        onChange={(event) => set({ vendor: event.target.value })}
        value={product.vendor}
      />
      <TextField
        label={translate("va.product.type")}
        onChange={(event) => set({ product_type: event.target.value })}
        value={product.product_type}
      />
      <TextField
        helperText={translate("va.product.tags_help")}
        label={translate("va.product.tags")}
        onChange={(event) => typeTags(event.target.value)}
        value={tags}
      />
      {(["publish_at", "unpublish_at"] as const).map((moment) => (
        <TextField
          helperText={translate(`va.product.${moment}_help`)}
          key={moment}
          label={translate(`va.product.${moment}`)}
          onChange={(event) =>
            set({ schedule: { ...product.schedule, [moment]: momentOf(event.target.value) } })
          }
          slotProps={{ inputLabel: { shrink: true } }}
          type="datetime-local"
          value={localTime(product.schedule[moment])}
        />
      ))}
    </Box>
  );
}
