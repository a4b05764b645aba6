import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import LinearProgress from "@mui/material/LinearProgress";
import type { Transfer } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { percentOf } from "./progress.ts";

/** How far it is; said again only when it has come further. */
export function Progress({ transfer }: { transfer: Transfer }) {
  const translate = useTranslate();
  const percent = percentOf(transfer);
  const doing = translate(
    transfer.state === "waiting" ? "va.transfer.waits" : `va.transfer.steps.${transfer.step}`,
  );
  return (
    <Card sx={{ p: 2, display: "grid", gap: 1.25 }}>
      <Box role="status" sx={{ display: "flex", justifyContent: "space-between", gap: 2 }}>
        <span>{doing}</span>
        {percent !== null && <span>{percent} %</span>}
      </Box>
      <LinearProgress
        aria-label={doing}
        sx={{ height: 8, borderRadius: 99 }}
        {...(percent === null ? {} : { value: percent, variant: "determinate" as const })}
      />
    </Card>
  );
}
