import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { keyframes } from "@mui/material/styles";
import { useTranslate } from "ra-core";

const appear = keyframes({ from: { opacity: 0 }, to: { opacity: 1 } });

/** Shown while something loads; only after a moment, since most things are faster than that. */
export function Waiting() {
  const translate = useTranslate();
  return (
    <Box sx={{ p: 3, opacity: 0, animation: `${appear} 0.2s 0.4s forwards` }}>
      <LinearProgress aria-label={translate("va.shell.loading")} />
    </Box>
  );
}
