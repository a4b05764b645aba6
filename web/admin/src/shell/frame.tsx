import Box from "@mui/material/Box";
import Drawer from "@mui/material/Drawer";
import { type CoreLayoutProps, useTranslate } from "ra-core";
import { Suspense, useEffect, useState } from "react";
import { ErrorBoundary } from "react-error-boundary";
import { useLocation } from "react-router-dom";
import { Menu } from "./menu.tsx";
import { PageFailed } from "./problems.tsx";
import { TopBar } from "./top-bar.tsx";
import { Waiting } from "./waiting.tsx";

const MENU_WIDTH = 232;
const CONTENT_ID = "content";

/** The frame around every page: the way around at the left, the page in the middle. */
export function Frame({ children }: CoreLayoutProps) {
  const translate = useTranslate();
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere wants to see it
  useEffect(() => setOpen(false), [pathname]);
  return (
    <Box
      sx={{
        display: "flex",
        minHeight: "100dvh",
        backgroundColor: "background.default",
        color: "text.primary",
      }}
    >
      <SkipLink />
      <Box
        component="aside"
        sx={{
          display: { xs: "none", md: "block" },
          width: MENU_WIDTH,
          flexShrink: 0,
          position: "sticky",
          top: 0,
          height: "100dvh",
          overflowY: "auto",
          borderRight: 1,
          borderColor: "divider",
          backgroundColor: "background.paper",
        }}
      >
        <Menu />
      </Box>
      <Drawer
        onClose={() => setOpen(false)}
        open={isOpen}
        slotProps={{ paper: { sx: { width: MENU_WIDTH }, "aria-label": translate("va.shell.menu") } }}
        sx={{ display: { md: "none" } }}
      >
        <Menu />
      </Drawer>
      <Box sx={{ flexGrow: 1, minWidth: 0, display: "flex", flexDirection: "column" }}>
        <TopBar onMenu={() => setOpen(true)} />
        <Box
          component="main"
          id={CONTENT_ID}
          sx={{
            flexGrow: 1,
            width: "100%",
            maxWidth: 1280,
            mx: "auto",
            px: { xs: 2, md: 4 },
            py: { xs: 2, md: 3 },
          }}
          tabIndex={-1}
        >
          <ErrorBoundary FallbackComponent={PageFailed as never} key={pathname}>
            <Suspense fallback={<Waiting />}>{children}</Suspense>
          </ErrorBoundary>
        </Box>
      </Box>
    </Box>
  );
}

/** For keyboards: the first stop on every page leads past the menu. */
function SkipLink() {
  const translate = useTranslate();
  return (
    <Box
      component="a"
      href={`#${CONTENT_ID}`}
      onClick={() => document.getElementById(CONTENT_ID)?.focus()}
      sx={{
        position: "absolute",
        left: -9999,
        zIndex: "tooltip",
        p: 1.5,
        borderRadius: 1,
        backgroundColor: "primary.main",
        color: "primary.contrastText",
        "&:focus": { left: 8, top: 8 },
      }}
    >
      {translate("va.shell.skip")}
    </Box>
  );
}
