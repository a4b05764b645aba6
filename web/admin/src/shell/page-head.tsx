import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useTranslate } from "ra-core";
import { type ReactNode, useEffect } from "react";
import { Link as RouterLink } from "react-router-dom";

interface Props {
  readonly title: string;
  /** Stands beside the title, such as a status. */
  readonly beside?: ReactNode;
  /** A line below it. */
  readonly below?: ReactNode;
  readonly actions?: ReactNode;
  readonly back?: { readonly to: string; readonly label: string };
}

/** The one heading of a page, which also names the browser's tab, with what can be done here. */
export function PageHead({ title, beside, below, actions, back }: Props) {
  const translate = useTranslate();
  useEffect(() => {
    document.title = `${title} · ${translate("va.shell.title")}`;
  }, [title, translate]);
  return (
    <Box sx={{ mb: 2.5 }}>
      {back !== undefined && (
        <Link component={RouterLink} sx={{ display: "inline-block", mb: 0.75, fontSize: 14 }} to={back.to}>
          ← {back.label}
        </Link>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <Typography sx={{ overflowWrap: "anywhere" }} variant="h1">
          {title}
        </Typography>
        {beside}
        {actions !== undefined && (
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, ml: { md: "auto" } }}>{actions}</Box>
        )}
      </Box>
      {below !== undefined && (
        <Typography color="textSecondary" component="div" sx={{ mt: 0.75, maxWidth: "46rem" }}>
          {below}
        </Typography>
      )}
    </Box>
  );
}
