import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import { useQueryClient } from "@tanstack/react-query";
import type { BulkEdit, BulkPreview, BulkWishIn } from "@vivamarket/api-client";
import { useListContext, useTranslate } from "ra-core";
import { useId, useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { BulkDone, BulkForm, BulkShown } from "./bulk-steps.tsx";
import { changeProducts, previewChanges, undoChanges } from "./requests.ts";

/** As many as the API changes at once. */
const CHOSEN_MAX = 200;

/** Chooses one product of the list. */
export function Choose({ id, title }: { id: string; title: string }) {
  const translate = useTranslate();
  const may = useMay();
  const { selectedIds, onToggleItem } = useListContext();
  if (!may("catalogue.write")) return null;
  return (
    <Checkbox
      checked={selectedIds.includes(id)}
      disabled={!selectedIds.includes(id) && selectedIds.length >= CHOSEN_MAX}
      onChange={() => onToggleItem(id)}
      size="small"
      slotProps={{ input: { "aria-label": translate("va.bulk.choose", { title }) } }}
      sx={{ ml: -1 }}
    />
  );
}

/** Says how many are chosen, and changes them together. */
export function BulkBar() {
  const translate = useTranslate();
  const { selectedIds, onUnselectItems } = useListContext();
  const [isOpen, setOpen] = useState(false);
  if (selectedIds.length === 0) return null;
  return (
    <Box
      role="status"
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        gap: 1.5,
        mb: 2,
        px: 2,
        py: 1,
        borderRadius: 2,
        backgroundColor: "action.selected",
      }}
    >
      <span>{translate("va.bulk.chosen", { smart_count: selectedIds.length })}</span>
      <Button onClick={() => setOpen(true)} size="small" variant="contained">
        {translate("va.bulk.change")}
      </Button>
      <Button onClick={() => onUnselectItems()} size="small">
        {translate("va.bulk.none")}
      </Button>
      {isOpen && <Bulk ids={selectedIds.map(String)} onClose={() => setOpen(false)} />}
    </Box>
  );
}

interface Shown {
  readonly wish: BulkWishIn;
  readonly preview: BulkPreview;
}

/** One wish about many products: said, shown, done, and taken back when it was wrong. */
function Bulk({ ids, onClose }: { ids: string[]; onClose: () => void }) {
  const translate = useTranslate();
  const title = useId();
  const client = useQueryClient();
  const [shown, setShown] = useState<Shown | null>(null);
  const [done, setDone] = useState<BulkEdit | null>(null);
  const refresh = () => void client.invalidateQueries({ queryKey: ["products"] });
  const preview = useDeed(async (wish: BulkWishIn) => ({ wish, preview: await previewChanges(ids, wish) }), {
    onDone: setShown,
  });
  const change = useDeed(
    ({ wish, preview: { items } }: Shown) =>
      changeProducts(
        items
          .filter((item) => item.refusal === null && item.changes.length > 0)
          .map(({ id, version }) => ({ id, version })),
        wish,
      ),
    {
      onDone: (edit) => {
        setDone(edit);
        refresh();
      },
    },
  );
  const undo = useDeed(undoChanges, {
    done: "va.bulk.undone",
    onDone: () => {
      refresh();
      onClose();
    },
  });
  const problem = preview.problem ?? change.problem ?? undo.problem;
  return (
    <Dialog aria-labelledby={title} fullWidth maxWidth="md" onClose={onClose} open>
      <DialogTitle id={title}>{translate("va.bulk.title", { smart_count: ids.length })}</DialogTitle>
      {problem !== null && (
        <Alert severity="error" sx={{ mx: 3 }}>
          {translate(problem, { _: problem })}
        </Alert>
      )}
      {done !== null ? (
        <BulkDone edit={done} isDoing={undo.isDoing} onClose={onClose} onUndo={() => undo.act(done.id)} />
      ) : shown !== null ? (
        <BulkShown
          isDoing={change.isDoing}
          onBack={() => setShown(null)}
          onDo={() => change.act(shown)}
          preview={shown.preview}
        />
      ) : (
        <BulkForm isDoing={preview.isDoing} onClose={onClose} onWish={preview.act} />
      )}
    </Dialog>
  );
}
