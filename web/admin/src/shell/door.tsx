import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import { useTranslate } from "ra-core";
import type { ReactNode } from "react";
import { Mark } from "./mark.tsx";
import { PageHead } from "./page-head.tsx";

interface Props {
  readonly title: string;
  readonly below?: string;
  /** Why the last try was refused. */
  readonly problem: string | null;
  readonly children: ReactNode;
}

/** The page of whoever is not in yet: one card in the middle. */
export function Door({ title, below, problem, children }: Props) {
  const translate = useTranslate();
  return (
    <Box
      component="main"
      sx={{
        minHeight: "100dvh",
        display: "grid",
        placeItems: "center",
        p: 2,
        backgroundColor: "background.default",
        color: "text.primary",
      }}
    >
      <Card component="section" sx={{ width: "100%", maxWidth: 420, p: { xs: 3, sm: 4 } }}>
        <Box sx={{ mb: 3 }}>
          <Mark />
        </Box>
        <PageHead title={title} {...(below === undefined ? {} : { below })} />
        {problem !== null && (
          <Alert severity="error" sx={{ mb: 2 }}>
            {translate(problem, { _: problem })}
          </Alert>
        )}
        {children}
      </Card>
    </Box>
  );
}
