import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { Section } from "../../shell/section.tsx";
import { Code } from "../../shell/values.tsx";
import { type Verdict, verifyLog } from "./requests.ts";

const FINDINGS_SHOWN_MAX = 10;

/** Computes every hash of the log anew, on the server, and shows what came of it. */
export function Verify() {
  const translate = useTranslate();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const verify = useDeed(() => verifyLog(setVerdict));
  const count = verdict === null ? "" : verdict.checked.toLocaleString();
  return (
    <Section
      actions={
        <Button disabled={verify.isDoing} onClick={() => verify.act(undefined)} variant="outlined">
          {translate("va.audit.verify")}
        </Button>
      }
      title={translate("va.audit.whole")}
    >
      <Box aria-live="polite" sx={{ px: 2, pb: 2, display: "grid", gap: 1.5 }}>
        {verify.problem !== null && (
          <Alert severity="error">{translate(verify.problem, { _: verify.problem })}</Alert>
        )}
        {verdict === null && (
          <Typography color="textSecondary">{translate("va.audit.verify_text")}</Typography>
        )}
        {verdict !== null && verify.isDoing && (
          <Typography>{translate("va.audit.verifying", { count })}</Typography>
        )}
        {verdict !== null && !verify.isDoing && <Result count={count} verdict={verdict} />}
      </Box>
    </Section>
  );
}

function Result({ verdict, count }: { verdict: Verdict; count: string }) {
  const translate = useTranslate();
  if (verdict.isWhole) {
    return (
      <>
        <Alert severity="success">{translate("va.audit.holds", { count })}</Alert>
        <Typography color="textSecondary" sx={{ fontSize: 14 }}>
          {translate("va.audit.anchor")} <Code>{verdict.head}</Code>
        </Typography>
      </>
    );
  }
  return (
    <Alert severity="error">
      {translate("va.audit.broken", { count })}
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {verdict.findings.slice(0, FINDINGS_SHOWN_MAX).map((finding) => (
          <li key={`${finding.kind}-${finding.seq}`}>
            {translate(`va.audit.finding.${finding.kind}`, { seq: finding.seq })}
          </li>
        ))}
      </Box>
    </Alert>
  );
}
