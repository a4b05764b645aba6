import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { Return } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { Section } from "../../shell/section.tsx";
import { Moment } from "../../shell/values.tsx";
import type { OrderFile } from "../orders/use-order.ts";
import { AnswerDialog } from "./answer.tsx";
import { ReceiveDialog } from "./receive.tsx";
import { readReturns } from "./requests.ts";
import { ReturnState } from "./state.tsx";

type Asked = { readonly what: "approve" | "refuse" | "receive"; readonly about: Return };

/** What the customer sends back, and what staff do about it; nothing for an order without returns. */
export function Returns({ file }: { file: OrderFile }) {
  const translate = useTranslate();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { number } = file.order;
  const { data } = useRead(["returns", "of", number], () => readReturns(number));
  if (data === undefined || data.items.length === 0) return null;
  const close = () => setAsked(null);
  const done = () => {
    close();
    void client.invalidateQueries({ queryKey: ["returns"] });
    void client.invalidateQueries({ queryKey: ["order", number] });
  };
  return (
    <Section title={translate("va.return.title")}>
      {data.items.map((each) => (
        <One file={file} found={each} key={each.id} onAsk={(what) => setAsked({ what, about: each })} />
      ))}
      {asked !== null && asked.what !== "receive" && (
        <AnswerDialog found={asked.about} onClose={close} onDone={done} verdict={asked.what} />
      )}
      {asked?.what === "receive" && (
        <ReceiveDialog file={file} found={asked.about} onClose={close} onDone={done} />
      )}
    </Section>
  );
}

function One({
  file,
  found,
  onAsk,
}: {
  file: OrderFile;
  found: Return;
  onAsk: (what: Asked["what"]) => void;
}) {
  const translate = useTranslate();
  const may = useMay();
  const titles = new Map(file.order.lines.map((line) => [line.position, line.title]));
  const waits = found.status === "requested";
  const comes = found.status === "approved";
  return (
    <Box sx={{ px: 2, py: 1.75, borderTop: 1, borderColor: "divider", display: "grid", gap: 1 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "center" }}>
        <ReturnState value={found.status} />
        <strong>{translate(`va.return.reasons.${found.reason}`)}</strong>
        <Box component="span" sx={{ color: "text.secondary", ml: "auto" }}>
          <Moment at={found.requested_at} />
        </Box>
      </Box>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {found.lines.map((line) => (
          <li key={line.position}>
            {line.quantity} × {titles.get(line.position) ?? line.sku}
            {line.received > 0 &&
              ` · ${translate("va.return.came", { received: line.received, restocked: line.restocked })}`}
          </li>
        ))}
      </Box>
      {found.note !== "" && (
        <Box component="blockquote" sx={{ m: 0, whiteSpace: "pre-wrap", color: "text.secondary" }}>
          “{found.note}”
        </Box>
      )}
      {found.answer !== "" && (
        <Box sx={{ whiteSpace: "pre-wrap" }}>
          {translate("va.return.answered")} {found.answer}
        </Box>
      )}
      {found.status === "unrefunded" && (
        <Alert severity="warning">{translate("va.return.unrefunded_text")}</Alert>
      )}
      {(waits || comes) && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
          {waits && may("orders.write") && (
            <Button onClick={() => onAsk("approve")} variant="contained">
              {translate("va.return.approve.do")}
            </Button>
          )}
          {comes && may("refunds.write") && (
            <Button onClick={() => onAsk("receive")} variant="contained">
              {translate("va.return.receive.do")}
            </Button>
          )}
          {may("orders.write") && (
            <Button color="error" onClick={() => onAsk("refuse")} variant="outlined">
              {translate("va.return.refuse.do")}
            </Button>
          )}
        </Box>
      )}
    </Box>
  );
}
