import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import type { EndpointSecret } from "@vivamarket/api-client";
import { useNotify, useTranslate } from "ra-core";
import { PageHead } from "../../shell/page-head.tsx";

interface Props {
  readonly found: EndpointSecret;
  readonly isNew: boolean;
  readonly onKept: () => void;
}

/** The secret, shown this once. */
export function Secret({ found, isNew, onKept }: Props) {
  const translate = useTranslate();
  const notify = useNotify();
  const copy = () =>
    navigator.clipboard.writeText(found.secret).then(
      () => notify("va.secret.copied", { type: "success" }),
      () => notify("va.secret.not_copied", { type: "warning" }),
    );
  return (
    <>
      <PageHead title={translate(isNew ? "va.secret.added" : "va.secret.rotated")} />
      <Card sx={{ p: 3, maxWidth: "44rem", display: "grid", gap: 2 }}>
        <Box component="p" sx={{ m: 0, overflowWrap: "anywhere" }}>
          {translate("va.secret.text", { url: found.endpoint.url })}
        </Box>
        <Box
          component="code"
          data-testid="secret"
          sx={{
            p: 1.5,
            borderRadius: 2,
            backgroundColor: "action.hover",
            fontSize: 15,
            overflowWrap: "anywhere",
          }}
        >
          {found.secret}
        </Box>
        {!isNew && (
          <Box component="p" sx={{ m: 0 }}>
            {translate("va.secret.old")}
          </Box>
        )}
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5 }}>
          <Button onClick={onKept} variant="contained">
            {translate("va.secret.kept")}
          </Button>
          <Button onClick={() => void copy()} variant="outlined">
            {translate("va.secret.copy")}
          </Button>
        </Box>
      </Card>
    </>
  );
}
