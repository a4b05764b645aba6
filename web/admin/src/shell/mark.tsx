import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslate } from "ra-core";

/** The shop's mark, as its front page shows it, and where one is. */
export function Mark() {
  const translate = useTranslate();
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1.25, color: "text.primary" }}>
      <Box
        aria-hidden="true"
        component="svg"
        sx={{ width: 32, height: 32, flexShrink: 0 }}
        viewBox="0 0 36 36"
      >
        <Box component="path" d="M5 4h26l3 10H2L5 4Z" sx={{ fill: "currentColor", color: "primary.main" }} />
        <path d="M13 4h5v10h-7l2-10Zm10 0h4.5l3.5 10h-7L23 4Z" fill="#ffd84a" />
        <Box
          component="path"
          d="M2 14h8a4 4 0 0 1-8 0Zm16 0h8a4 4 0 0 1-8 0Z"
          sx={{ fill: "currentColor", color: "primary.main" }}
        />
        <path d="M10 14h8a4 4 0 0 1-8 0Zm16 0h8a4 4 0 0 1-8 0Z" fill="#ffd84a" />
        <path
          d="M6 21v11h24V21M13 32v-7h10v7"
          fill="none"
          stroke="currentColor"
          strokeLinejoin="round"
          strokeWidth="2.4"
        />
      </Box>
      <Box>
        <Typography component="p" sx={{ fontWeight: 800, fontSize: 18, lineHeight: 1.1 }} variant="h2">
          VivaMarket
        </Typography>
        <Typography color="textSecondary" component="p" sx={{ fontSize: 12.5, lineHeight: 1.2 }}>
          {translate("va.shell.subtitle")}
        </Typography>
      </Box>
    </Box>
  );
}
