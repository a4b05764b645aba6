import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import type { AdjustmentRequest, StockRow } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, useId, useState } from "react";
import { changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";
import { useDeed } from "../../api/use-deed.ts";

const NOTE_LENGTH_MAX = 200;
const REASONS = ["receipt", "adjustment"] as const;

function adjustStock(body: AdjustmentRequest): Promise<StockRow> {
  return changeOnce(["adjust stock", body], (header) =>
    api.POST("/api/v1/staff/inventory/adjustments", { params: { header }, body }),
  );
}

/** Asks how many came in or went, and why; the journal keeps both. */
export function Adjust({ row, onClose }: { row: StockRow; onClose: () => void }) {
  const translate = useTranslate();
  const id = useId();
  const client = useQueryClient();
  const [quantity, setQuantity] = useState("");
  const adjust = useDeed(adjustStock, {
    done: "va.stock.adjusted",
    onDone: () => {
      void client.invalidateQueries({ queryKey: ["inventory"] });
      onClose();
    },
  });
  const isWhole = /^[+-]?\d{1,7}$/.test(quantity.trim()) && Number(quantity) !== 0;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    adjust.act({
      sku: row.sku,
      quantity: Number(quantity),
      note: String(form.get("note") ?? "").trim(),
      reason: String(form.get("reason")) as AdjustmentRequest["reason"] & string,
    });
  };
  return (
    <Dialog aria-labelledby={id} fullWidth maxWidth="sm" onClose={onClose} open>
      <DialogTitle id={id}>{translate("va.stock.adjust_this", { sku: row.sku })}</DialogTitle>
      <Box component="form" onSubmit={send}>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          {adjust.problem !== null && (
            <Alert severity="error">{translate(adjust.problem, { _: adjust.problem })}</Alert>
          )}
          <TextField
            autoFocus
            helperText={
              isWhole
                ? translate("va.stock.becomes", {
                    before: row.on_hand,
                    after: row.on_hand + Number(quantity),
                  })
                : translate("va.stock.quantity_help")
            }
            label={translate("va.line.quantity")}
            onChange={(event) => setQuantity(event.target.value)}
            required
            slotProps={{ htmlInput: { inputMode: "numeric" } }}
            value={quantity}
          />
          <TextField defaultValue="adjustment" label={translate("va.stock.reason")} name="reason" select>
            {REASONS.map((reason) => (
              <MenuItem key={reason} value={reason}>
                {translate(`va.stock.reasons.${reason}`)}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            label={translate("va.stock.note")}
            name="note"
            required
            slotProps={{ htmlInput: { maxLength: NOTE_LENGTH_MAX } }}
          />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>{translate("va.action.back")}</Button>
          <Button disabled={adjust.isDoing || !isWhole} type="submit" variant="contained">
            {translate("va.stock.adjust")}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
