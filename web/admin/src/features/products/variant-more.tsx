import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { StaffImage, StaffVariant } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useId } from "react";
import { Thumbnail } from "./thumbnail.tsx";

const GRAMS_MAX = 100_000_000;
const NONE = "";

interface Props {
  readonly variant: StaffVariant;
  readonly name: string;
  readonly images: readonly StaffImage[];
  readonly onChange: (fields: Partial<StaffVariant>) => void;
  readonly onClose: () => void;
}

/** What is asked of a variant less often: its picture, barcode, weight, tax, and how it is sold. */
export function VariantMore({ variant, name, images, onChange, onClose }: Props) {
  const translate = useTranslate();
  const title = useId();
  const stored = images.filter((image) => image.media_id !== null);
  const flag = (field: "tracked" | "continue_selling" | "requires_shipping") => (
    <FormControlLabel
      control={<Checkbox checked={variant[field]} onChange={(_, is) => onChange({ [field]: is })} />}
      label={translate(`va.variant.${field}`)}
    />
  );
  return (
    <Dialog aria-labelledby={title} fullWidth maxWidth="sm" onClose={onClose} open>
      <DialogTitle id={title}>{translate("va.variant.more_of", { name })}</DialogTitle>
      <DialogContent
        // The label of the first field needs its room.
        sx={{ display: "grid", gap: 2, gridTemplateColumns: { sm: "1fr 1fr" }, "&&": { pt: 1 } }}
      >
        <TextField
          label={translate("va.variant.barcode")}
          onChange={(event) => onChange({ barcode: event.target.value })}
          value={variant.barcode}
        />
        <TextField
          label={translate("va.variant.weight")}
          onChange={(event) => onChange({ weight_grams: gramsOf(event.target.value) })}
          slotProps={{ htmlInput: { inputMode: "numeric" } }}
          value={variant.weight_grams}
        />
        <TextField
          label={translate("va.variant.tax_class")}
          onChange={(event) => onChange({ tax_class: event.target.value })}
          value={variant.tax_class}
        />
        <TextField
          label={translate("va.variant.picture")}
          onChange={(event) => onChange({ image_id: event.target.value || null })}
          select
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          value={variant.image_id ?? NONE}
        >
          <MenuItem value={NONE}>{translate("va.variant.no_picture")}</MenuItem>
          {stored.map((image, place) => (
            <MenuItem key={image.media_id} value={image.media_id ?? NONE}>
              <Box component="span" sx={{ display: "flex", alignItems: "center", gap: 1 }}>
                <Thumbnail image={image} size={28} />
                {translate("va.picture.number", { place: place + 1 })}
              </Box>
            </MenuItem>
          ))}
        </TextField>
        <Box sx={{ gridColumn: "1 / -1", display: "grid" }}>
          {flag("tracked")}
          {flag("continue_selling")}
          {flag("requires_shipping")}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose} variant="contained">
          {translate("va.variant.close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function gramsOf(text: string): number {
  return Math.min(GRAMS_MAX, Number(text.replace(/\D/g, "")));
}
