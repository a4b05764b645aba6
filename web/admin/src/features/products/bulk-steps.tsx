import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { BulkEdit, BulkPreview, BulkWishIn, Previewed } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { Below, type Column, Table } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";
import { bulkWishOf, NOTHING_WISHED, type TypedWish } from "./bulk-wish.ts";
import { useShop } from "./use-shop.ts";

const STATUSES = ["draft", "active", "archived"] as const;

interface FormProps {
  readonly isDoing: boolean;
  readonly onClose: () => void;
  readonly onWish: (wish: BulkWishIn) => void;
}

/** Asks what shall change; what is left empty stays. */
export function BulkForm({ isDoing, onClose, onWish }: FormProps) {
  const translate = useTranslate();
  const shop = useShop();
  const [typed, setTyped] = useState<TypedWish>(NOTHING_WISHED);
  const [isNothing, setNothing] = useState(false);
  const currencies = shop?.currencies ?? [];
  const currency = typed.currency || (currencies[0] ?? "");
  const send = (event: FormEvent) => {
    event.preventDefault();
    const wish = bulkWishOf({ ...typed, currency });
    setNothing(wish === null);
    if (wish !== null) onWish(wish);
  };
  const field = (name: keyof TypedWish, label: string, helperText?: string) => (
    <TextField
      helperText={helperText}
      label={label}
      onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
      value={typed[name]}
    />
  );
  return (
    <Box component="form" onSubmit={send}>
      <DialogContent sx={{ display: "grid", gap: 2, gridTemplateColumns: { sm: "1fr 1fr" } }}>
        {isNothing && (
          <Alert severity="error" sx={{ gridColumn: "1 / -1" }}>
            {translate("va.bulk.nothing")}
          </Alert>
        )}
        <TextField
          label={translate("va.order.status")}
          onChange={(event) => setTyped({ ...typed, status: event.target.value })}
          select
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          value={typed.status}
        >
          <MenuItem value="">{translate("va.bulk.stays")}</MenuItem>
          {STATUSES.map((status) => (
            <MenuItem key={status} value={status}>
              {translate(`va.status.${status}`)}
            </MenuItem>
          ))}
        </TextField>
        {field("vendor", translate("va.product.vendor"))}
        {field("addTags", translate("va.bulk.add_tags"), translate("va.product.tags_help"))}
        {field("removeTags", translate("va.bulk.remove_tags"), translate("va.product.tags_help"))}
        {field("percent", translate("va.bulk.percent"), translate("va.bulk.percent_help"))}
        <TextField
          label={translate("va.report.currency")}
          onChange={(event) => setTyped({ ...typed, currency: event.target.value })}
          select
          value={currency}
        >
          {currencies.map((code) => (
            <MenuItem key={code} value={code}>
              {code}
            </MenuItem>
          ))}
        </TextField>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>{translate("va.action.back")}</Button>
        <Button disabled={isDoing} type="submit" variant="contained">
          {translate("va.bulk.show")}
        </Button>
      </DialogActions>
    </Box>
  );
}

interface ShownProps {
  readonly preview: BulkPreview;
  readonly isDoing: boolean;
  readonly onBack: () => void;
  readonly onDo: () => void;
}

/** Shows every change before it is made. */
export function BulkShown({ preview, isDoing, onBack, onDo }: ShownProps) {
  const translate = useTranslate();
  const count = preview.items.filter((item) => item.refusal === null && item.changes.length > 0).length;
  const columns: readonly Column<Previewed>[] = [
    { name: "title", title: translate("va.line.product"), cell: (item) => item.title },
    {
      name: "changes",
      title: translate("va.bulk.changes"),
      cell: (item) => {
        if (item.refusal !== null) return <Below>{item.refusal.detail}</Below>;
        if (item.changes.length === 0) return <Below>{translate("va.bulk.unchanged")}</Below>;
        return item.changes.map((change) => (
          <div key={change.field}>
            {change.field}: {change.before.join(", ") || "–"} → {change.after.join(", ") || "–"}
          </div>
        ));
      },
    },
  ];
  return (
    <>
      <DialogContent sx={{ px: 1 }}>
        <Table
          caption={translate("va.bulk.changes")}
          columns={columns}
          keyOf={(item) => item.id}
          rows={preview.items}
        />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onBack}>{translate("va.action.back")}</Button>
        <Button disabled={isDoing || count === 0} onClick={onDo} variant="contained">
          {translate("va.bulk.do", { smart_count: count })}
        </Button>
      </DialogActions>
    </>
  );
}

interface DoneProps {
  readonly edit: BulkEdit;
  readonly isDoing: boolean;
  readonly onClose: () => void;
  readonly onUndo: () => void;
}

/** Says what became of it, and offers to take it back. */
export function BulkDone({ edit, isDoing, onClose, onUndo }: DoneProps) {
  const translate = useTranslate();
  const refused = edit.items.filter((item) => item.refusal !== null);
  return (
    <>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Alert severity="success">
          {translate("va.bulk.done", { smart_count: edit.items.length - refused.length })}
        </Alert>
        {refused.map((item) => (
          <Alert key={item.id} severity="warning">
            {item.refusal?.detail}
          </Alert>
        ))}
        <span>
          {translate("va.bulk.undo_until")} <Moment at={edit.undo_until} />
        </span>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button disabled={isDoing} onClick={onUndo}>
          {translate("va.bulk.undo")}
        </Button>
        <Button onClick={onClose} variant="contained">
          {translate("va.bulk.close")}
        </Button>
      </DialogActions>
    </>
  );
}
