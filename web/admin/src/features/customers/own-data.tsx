import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { CustomerFile, PrivacyRequestList } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { ProblemCard } from "../../shell/problems.tsx";
import { Question } from "../../shell/question.tsx";
import { Section } from "../../shell/section.tsx";
import { Below, Empty } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";
import { erase, exportData, keep, readDataRequests } from "./requests.ts";

/** What the customer may ask about their own data, done by staff on their behalf. */
export function OwnData({ file: { customer } }: { file: CustomerFile }) {
  const translate = useTranslate();
  const client = useQueryClient();
  const mayWrite = useMay()("customers.write");
  const name = ["customer data", customer.id];
  const { data, error, refetch } = useRead(name, () => readDataRequests(customer.id));
  const [isAsked, setAsked] = useState(false);
  const noted = (requests: PrivacyRequestList) => {
    client.setQueryData(name, requests);
    setAsked(false);
  };
  const send = useDeed(() => exportData(customer.id), {
    done: "va.customer.export_asked",
    onDone: noted,
    tells: true,
  });
  const end = useDeed(() => erase(customer.id), { done: "va.customer.erase_asked", onDone: noted });
  const stay = useDeed(() => keep(customer.id), { done: "va.customer.kept", onDone: noted, tells: true });
  const requests = data?.items ?? [];
  const isEnding = requests.some((each) => each.kind === "erasure" && each.state === "waiting");
  return (
    <Section title={translate("va.customer.data")}>
      {error !== null && <ProblemCard error={error} onRetry={() => void refetch()} />}
      {data !== undefined && requests.length === 0 && <Empty>{translate("va.customer.no_requests")}</Empty>}
      <Box component="ul" sx={{ listStyle: "none", m: 0, px: 2, pb: 2, display: "grid", gap: 1 }}>
        {requests.map((each) => (
          <li key={`${each.kind}-${each.asked_at}`}>
            {translate(`va.customer.request.${each.kind}.${each.state}`)}
            <Below>
              <Moment at={each.finished_at ?? (each.kind === "erasure" ? each.due_at : each.asked_at)} />
            </Below>
          </li>
        ))}
      </Box>
      {mayWrite && (
        <Box sx={{ display: "grid", gap: 1.5, px: 2, pb: 2, justifyItems: "start" }}>
          <Button disabled={send.isDoing} onClick={() => send.act(undefined)} variant="outlined">
            {translate("va.customer.export")}
          </Button>
          {isEnding ? (
            <Button disabled={stay.isDoing} onClick={() => stay.act(undefined)} variant="contained">
              {translate("va.customer.keep")}
            </Button>
          ) : (
            <Button color="error" onClick={() => setAsked(true)} variant="outlined">
              {translate("va.customer.erase")}
            </Button>
          )}
        </Box>
      )}
      <Question
        danger
        doLabel={translate("va.customer.erase_do")}
        isDoing={end.isDoing}
        onClose={() => setAsked(false)}
        onDo={() => end.act(undefined)}
        open={isAsked}
        problem={end.problem}
        title={translate("va.customer.erase_ask", { name: customer.name })}
      >
        {translate("va.customer.erase_text")}
      </Question>
    </Section>
  );
}
