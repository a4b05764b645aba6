import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import { type ReactNode, useId } from "react";

/** A titled part of a page. */
export function Section({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Card aria-labelledby={id} component="section">
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, px: 2, pt: 1.75, pb: 1 }}>
        <Typography id={id} variant="h2">
          {title}
        </Typography>
        <Box sx={{ ml: "auto" }}>{actions}</Box>
      </Box>
      {children}
    </Card>
  );
}

/** Names and values, one under the other. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <Box component="dl" sx={{ m: 0, px: 2, pb: 2, display: "grid", gap: 1.25 }}>
      {children}
    </Box>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Typography color="textSecondary" component="dt" sx={{ fontSize: 13 }}>
        {name}
      </Typography>
      <Box component="dd" sx={{ m: 0, overflowWrap: "anywhere" }}>
        {children}
      </Box>
    </div>
  );
}

/** Sums, the amounts under each other at the right edge. */
export function Sums({ children }: { children: ReactNode }) {
  return (
    <Box
      component="dl"
      sx={{ m: 0, px: 2, py: 1.5, display: "grid", gap: 0.75, borderTop: 1, borderColor: "divider" }}
    >
      {children}
    </Box>
  );
}

export function Sum({
  name,
  strong = false,
  children,
}: {
  name: string;
  strong?: boolean;
  children: ReactNode;
}) {
  return (
    <Box sx={{ display: "flex", gap: 2, justifyContent: "space-between", fontWeight: strong ? 700 : 400 }}>
      <Box component="dt" sx={{ color: strong ? "text.primary" : "text.secondary" }}>
        {name}
      </Box>
      <Box component="dd" sx={{ m: 0, textAlign: "right" }}>
        {children}
      </Box>
    </Box>
  );
}
