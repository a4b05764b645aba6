import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { Endpoint, EndpointRequest } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { eventTypes } from "./requests.ts";

const URL_LENGTH_MAX = 2_048;
const DESCRIPTION_LENGTH_MAX = 200;

interface Props {
  /** What is there already; nothing for a new endpoint. */
  readonly endpoint?: Endpoint;
  readonly doLabel: string;
  readonly isDoing: boolean;
  readonly problem: string | null;
  readonly onSend: (wish: EndpointRequest) => void;
}

/** Where an endpoint is and what it wants to hear. */
export function EndpointForm({ endpoint, doLabel, isDoing, problem, onSend }: Props) {
  const translate = useTranslate();
  const [chosen, setChosen] = useState<readonly string[]>(endpoint?.event_types ?? []);
  const { data: types = [] } = useQuery({ queryKey: ["event types"], queryFn: eventTypes });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSend({
      url: String(form.get("url") ?? "").trim(),
      description: String(form.get("description") ?? "").trim(),
      event_types: types.map(({ name }) => name).filter((name) => chosen.includes(name)),
      enabled: endpoint === undefined || endpoint.status !== "disabled",
    });
  };
  return (
    <Box component="form" onSubmit={send} sx={{ display: "grid", gap: 2, p: 2 }}>
      {problem !== null && <Alert severity="error">{translate(problem, { _: problem })}</Alert>}
      <TextField
        defaultValue={endpoint?.url ?? ""}
        label={translate("va.webhook.url")}
        name="url"
        placeholder="https://erp.example/webhooks"
        required
        slotProps={{ htmlInput: { maxLength: URL_LENGTH_MAX } }}
        type="url"
      />
      <TextField
        defaultValue={endpoint?.description ?? ""}
        label={translate("va.webhook.description")}
        name="description"
        slotProps={{ htmlInput: { maxLength: DESCRIPTION_LENGTH_MAX } }}
      />
      <Box component="fieldset" sx={{ border: 0, m: 0, p: 0 }}>
        <Typography component="legend" sx={{ p: 0, mb: 0.5 }} variant="h3">
          {translate("va.webhook.events")}
        </Typography>
        <Box sx={{ display: "grid", gap: 0.75, gridTemplateColumns: { sm: "1fr 1fr" } }}>
          {types.map(({ name, meaning }) => (
            <FormControlLabel
              control={
                <Checkbox
                  checked={chosen.includes(name)}
                  onChange={(_, on) =>
                    setChosen(on ? [...chosen, name] : chosen.filter((each) => each !== name))
                  }
                  size="small"
                />
              }
              key={name}
              label={
                <>
                  <Box component="span" sx={{ display: "block", fontWeight: 550 }}>
                    {name}
                  </Box>
                  <Box component="span" sx={{ display: "block", color: "text.secondary", fontSize: 13 }}>
                    {translate(`va.webhook.meanings.${name}`, { _: meaning })}
                  </Box>
                </>
              }
              sx={{ alignItems: "flex-start", mr: 0 }}
            />
          ))}
        </Box>
      </Box>
      <Box>
        <Button disabled={isDoing || chosen.length === 0} type="submit" variant="contained">
          {doLabel}
        </Button>
      </Box>
    </Box>
  );
}
