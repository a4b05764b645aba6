import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useTranslate } from "ra-core";
import { useId } from "react";
import { PLACE_KEYS } from "./keys.ts";
import { useMay } from "./may.ts";
import { GROUPS } from "./places.ts";

/** Every key that does something, in one place. */
export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const translate = useTranslate();
  const may = useMay();
  const title = useId();
  const open = new Set(GROUPS.flatMap((group) => group.places.filter((place) => may(place.needs))));
  const names = new Set([...open].map((place) => place.name));
  const lines: (readonly [readonly string[], string])[] = [
    [["Ctrl", "K"], translate("va.palette.open")],
    [["/"], translate("va.keys.find")],
    ...Object.entries(PLACE_KEYS)
      .filter(([, place]) => names.has(place))
      .map(([key, place]) => [["g", key], translate(`va.nav.${place}`)] as const),
    [["Esc"], translate("va.keys.close")],
    [["?"], translate("va.keys.title")],
  ];
  return (
    <Dialog aria-labelledby={title} fullWidth maxWidth="xs" onClose={onClose} open>
      <DialogTitle id={title}>{translate("va.keys.title")}</DialogTitle>
      <DialogContent>
        <Box
          component="dl"
          sx={{ m: 0, display: "grid", gridTemplateColumns: "auto 1fr", columnGap: 3, rowGap: 1 }}
        >
          {lines.map(([keys, does]) => (
            <Box key={keys.join(" ")} sx={{ display: "contents" }}>
              <Box component="dt" sx={{ whiteSpace: "nowrap" }}>
                {keys.map((key) => (
                  <Box
                    component="kbd"
                    key={key}
                    sx={{ px: 0.75, py: 0.25, mr: 0.5, border: 1, borderColor: "divider", borderRadius: 1 }}
                  >
                    {key}
                  </Box>
                ))}
              </Box>
              <Box component="dd" sx={{ m: 0 }}>
                {does}
              </Box>
            </Box>
          ))}
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
