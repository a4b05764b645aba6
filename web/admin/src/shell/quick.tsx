import SearchIcon from "@mui/icons-material/SearchOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import { useTranslate } from "ra-core";
import { lazy, Suspense, useCallback, useState } from "react";
import { useKeys } from "./keys.ts";

const Palette = lazy(() => import("./palette.tsx"));
const KeysHelp = lazy(() => import("./keys-help.tsx"));

/** The quick way to everything: its button, its keys, and what they open. None of it loads before it is asked for. */
export function Quick() {
  const translate = useTranslate();
  const [opened, setOpened] = useState<"palette" | "help" | null>(null);
  const onPalette = useCallback(() => setOpened("palette"), []);
  const onHelp = useCallback(() => setOpened("help"), []);
  const close = () => setOpened(null);
  useKeys({ onPalette, onHelp });
  const label = translate("va.palette.open");
  return (
    <>
      <Button
        color="inherit"
        onClick={onPalette}
        startIcon={<SearchIcon />}
        sx={{ display: { xs: "none", sm: "inline-flex" }, color: "text.secondary" }}
      >
        {label}
        <Box
          aria-hidden="true"
          component="kbd"
          sx={{ ml: 1.25, px: 0.75, border: 1, borderColor: "divider", borderRadius: 1, fontSize: 12 }}
        >
          {isApple() ? "⌘K" : "Ctrl K"}
        </Box>
      </Button>
      <IconButton aria-label={label} color="inherit" onClick={onPalette} sx={{ display: { sm: "none" } }}>
        <SearchIcon />
      </IconButton>
      <Suspense fallback={null}>
        {opened === "palette" && <Palette onClose={close} onHelp={onHelp} />}
        {opened === "help" && <KeysHelp onClose={close} />}
      </Suspense>
    </>
  );
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
