import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { Endpoint, EndpointRequest, EndpointSecret } from "@vivamarket/api-client";
import { useGetOne, useTranslate } from "ra-core";
import { useState } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Question } from "../../shell/question.tsx";
import { Section } from "../../shell/section.tsx";
import { Moment, Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { Deliveries } from "./deliveries.tsx";
import { EndpointForm } from "./endpoint-form.tsx";
import { deleteEndpoint, rotateSecret, saveEndpoint, sendTest, setEnabled } from "./requests.ts";
import { Secret } from "./secret.tsx";

/** One endpoint: what it hears, whether it answers, its log. */
export default function WebhookPage() {
  const { id = "" } = useParams();
  const { data, error, isPending, refetch } = useGetOne<Endpoint>("webhooks", { id });
  const [rotated, setRotated] = useState<EndpointSecret | null>(null);
  if (isPending) return <Waiting />;
  if (error !== null || data === undefined) return <Problem error={error} onRetry={() => void refetch()} />;
  if (rotated !== null) return <Secret found={rotated} isNew={false} onKept={() => setRotated(null)} />;
  return <EndpointPage endpoint={data} key={data.id} onRotated={setRotated} />;
}

interface Props {
  readonly endpoint: Endpoint;
  readonly onRotated: (found: EndpointSecret) => void;
}

function EndpointPage({ endpoint, onRotated }: Props) {
  const translate = useTranslate();
  const client = useQueryClient();
  const changed = () => void client.invalidateQueries({ queryKey: ["webhooks"] });
  const save = useDeed((wish: EndpointRequest) => saveEndpoint(endpoint.id, wish), {
    done: "va.webhook.saved",
    onDone: changed,
  });
  return (
    <>
      <PageHead
        actions={<Actions endpoint={endpoint} onChanged={changed} onRotated={onRotated} />}
        back={{ to: "/webhooks", label: translate("va.nav.webhooks") }}
        beside={<Status value={endpoint.status} />}
        title={endpoint.description || translate("va.webhook.endpoint")}
      />
      {endpoint.status_reason !== "" && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {endpoint.status_reason}
        </Alert>
      )}
      {endpoint.old_secret_until !== null && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {translate("va.webhook.old_secret")} <Moment at={endpoint.old_secret_until} />
        </Alert>
      )}
      <Box sx={{ display: "grid", gap: 2.5 }}>
        <Section title={translate("va.webhook.endpoint")}>
          <EndpointForm
            doLabel={translate("va.action.save")}
            endpoint={endpoint}
            isDoing={save.isDoing}
            onSend={save.act}
            problem={save.problem}
          />
        </Section>
        <Deliveries endpointId={endpoint.id} />
      </Box>
    </>
  );
}

function Actions({ endpoint, onChanged, onRotated }: Props & { onChanged: () => void }) {
  const translate = useTranslate();
  const may = useMay();
  const client = useQueryClient();
  const isOn = endpoint.status !== "disabled";
  const test = useDeed(() => sendTest(endpoint.id), {
    done: "va.webhook.test_sent",
    tells: true,
    onDone: () => void client.invalidateQueries({ queryKey: ["deliveries"] }),
  });
  const toggle = useDeed(() => setEnabled(endpoint, !isOn), {
    done: isOn ? "va.webhook.disabled" : "va.webhook.enabled",
    tells: true,
    onDone: onChanged,
  });
  if (!may("webhooks.write")) return null;
  return (
    <>
      {isOn && (
        <Button disabled={test.isDoing} onClick={() => test.act(undefined)} variant="contained">
          {translate("va.webhook.test")}
        </Button>
      )}
      <Button disabled={toggle.isDoing} onClick={() => toggle.act(undefined)} variant="outlined">
        {translate(isOn ? "va.webhook.disable" : "va.webhook.enable")}
      </Button>
      <Rotate endpoint={endpoint} onRotated={onRotated} />
      <Delete endpoint={endpoint} />
    </>
  );
}

function Rotate({ endpoint, onRotated }: Props) {
  const translate = useTranslate();
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const rotate = useDeed(() => rotateSecret(endpoint.id), {
    onDone: (found) => {
      setAsked(false);
      void client.invalidateQueries({ queryKey: ["webhooks"] });
      onRotated(found);
    },
  });
  return (
    <>
      <Button onClick={() => setAsked(true)} variant="outlined">
        {translate("va.webhook.rotate")}
      </Button>
      <Question
        doLabel={translate("va.webhook.rotate_do")}
        isDoing={rotate.isDoing}
        onClose={() => setAsked(false)}
        onDo={() => rotate.act(undefined)}
        open={asked}
        problem={rotate.problem}
        title={translate("va.webhook.rotate_ask")}
      >
        {translate("va.webhook.rotate_text")}
      </Question>
    </>
  );
}

function Delete({ endpoint }: { endpoint: Endpoint }) {
  const translate = useTranslate();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const remove = useDeed(() => deleteEndpoint(endpoint.id), {
    done: "va.webhook.deleted",
    onDone: () => {
      void client.invalidateQueries({ queryKey: ["webhooks"], refetchType: "none" });
      navigate("/webhooks");
    },
  });
  return (
    <>
      <Button color="error" onClick={() => setAsked(true)} variant="outlined">
        {translate("va.webhook.delete")}
      </Button>
      <Question
        danger
        doLabel={translate("va.webhook.delete_do")}
        isDoing={remove.isDoing}
        onClose={() => setAsked(false)}
        onDo={() => remove.act(undefined)}
        open={asked}
        problem={remove.problem}
        title={translate("va.webhook.delete_ask")}
      >
        {translate("va.webhook.delete_text", { url: endpoint.url })}
      </Question>
    </>
  );
}
