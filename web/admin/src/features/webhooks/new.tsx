import { useQueryClient } from "@tanstack/react-query";
import type { EndpointSecret } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useNavigate } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Section } from "../../shell/section.tsx";
import { EndpointForm } from "./endpoint-form.tsx";
import { addEndpoint } from "./requests.ts";
import { Secret } from "./secret.tsx";

/** Adding a system that wants to hear of orders. */
export default function NewWebhookPage() {
  const translate = useTranslate();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [made, setMade] = useState<EndpointSecret | null>(null);
  const add = useDeed(addEndpoint, {
    onDone: (found) => {
      setMade(found);
      void client.invalidateQueries({ queryKey: ["webhooks"] });
    },
  });
  if (made !== null)
    return <Secret found={made} isNew onKept={() => navigate(`/webhooks/${made.endpoint.id}`)} />;
  return (
    <>
      <PageHead
        back={{ to: "/webhooks", label: translate("va.nav.webhooks") }}
        title={translate("va.webhook.add")}
      />
      <Section title={translate("va.webhook.endpoint")}>
        <EndpointForm
          doLabel={translate("va.webhook.add_do")}
          isDoing={add.isDoing}
          onSend={add.act}
          problem={add.problem}
        />
      </Section>
    </>
  );
}
