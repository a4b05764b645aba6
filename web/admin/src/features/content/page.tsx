import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import type { StaffContent } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { Link, useNavigate, useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { useShop } from "../products/use-shop.ts";
import { draftOf, editOf, slugOf, titleOf } from "./draft.ts";
import { publishContent, readContent, saveContent, withdrawContent } from "./requests.ts";
import { Words } from "./words.tsx";

/** One of the shop's own texts in every language, or a new one. */
export default function ContentPage() {
  const { key } = useParams();
  const shop = useShop();
  const found = useRead(["content", key], () => readContent(key ?? ""), { enabled: key !== undefined });
  if (found.error !== null) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  if (shop === undefined || (key !== undefined && found.data === undefined)) return <Waiting />;
  return (
    <Editor
      key={found.data === undefined ? "new" : `${found.data.id} ${found.data.version}`}
      locales={shop.locales}
      {...(found.data === undefined ? {} : { page: found.data })}
    />
  );
}

interface Props {
  readonly page?: StaffContent;
  readonly locales: readonly string[];
}

function Editor({ page, locales }: Props) {
  const translate = useTranslate();
  const locale = useLocale();
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [draft, setDraft] = useState(draftOf(page));
  const first = draft.texts[locales[0] ?? ""]?.title ?? "";
  const key = page?.id ?? slugOf(first);
  const isWritten = JSON.stringify(draft) !== JSON.stringify(draftOf(page));
  const kept = (saved: StaffContent) => {
    client.setQueryData(["content", saved.id], saved);
    void client.invalidateQueries({ queryKey: ["content"], exact: true });
    if (page === undefined) navigate(`/content/${saved.id}`, { replace: true });
  };
  const store = () => saveContent({ key, body: editOf(draft, page?.version ?? 0) });
  const save = useDeed(store, { done: "va.content.saved", onDone: kept });
  const publish = useDeed(
    async () => publishContent(page === undefined || isWritten ? await store() : page),
    { done: "va.content.published", onDone: kept },
  );
  const withdraw = useDeed(withdrawContent, { done: "va.content.withdrawn", onDone: kept });
  const isDoing = save.isDoing || publish.isDoing || withdraw.isDoing;
  const problem = save.problem ?? publish.problem ?? withdraw.problem;
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.act(undefined);
  };
  const address = page?.addresses[locale] ?? Object.values(page?.addresses ?? {})[0];
  const writes = may("content.write");
  return (
    <Box component="form" onSubmit={send}>
      <PageHead
        actions={
          <>
            {page !== undefined && (
              <Button component={Link} to={`/content/${page.id}/versions`}>
                {translate("va.content.versions")}
              </Button>
            )}
            {writes && (
              <>
                {page !== undefined && page.status !== "draft" && (
                  <Button disabled={isDoing} onClick={() => withdraw.act(page)}>
                    {translate("va.content.withdraw")}
                  </Button>
                )}
                <Button disabled={isDoing || !isWritten} type="submit" variant="outlined">
                  {translate("va.content.save")}
                </Button>
                <Button
                  disabled={isDoing || first === "" || (page?.status === "published" && !isWritten)}
                  onClick={() => publish.act(undefined)}
                  variant="contained"
                >
                  {translate("va.content.publish")}
                </Button>
              </>
            )}
          </>
        }
        back={{ to: "/content", label: translate("va.nav.content") }}
        title={page === undefined ? translate("va.content.add") : titleOf(page, locale)}
      />
      {problem !== null && (
        <Alert severity="error" sx={{ mb: 2 }}>
          {translate(problem, { _: problem })}
        </Alert>
      )}
      {page !== undefined && (
        <Alert
          action={
            address !== undefined && (
              <Button color="inherit" href={address} rel="noreferrer" target="_blank">
                {translate("va.content.see")}
              </Button>
            )
          }
          severity={page.status === "published" ? "success" : "info"}
          sx={{ mb: 2 }}
        >
          {translate(`va.content.says.${page.status}`)}
        </Alert>
      )}
      <Box sx={{ display: "grid", gap: 2 }}>
        <Words
          locales={locales}
          onTexts={(texts) => setDraft({ ...draft, texts })}
          reads={!writes}
          texts={draft.texts}
        />
        <Section title={translate("va.content.place")}>
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 3, p: 2 }}>
            <FormControlLabel
              control={
                <Switch
                  checked={draft.in_footer}
                  disabled={!writes}
                  onChange={(event) => setDraft({ ...draft, in_footer: event.target.checked })}
                />
              }
              label={translate("va.content.in_footer")}
            />
            <TextField
              disabled={!writes}
              helperText={translate("va.content.position_hint")}
              label={translate("va.content.position")}
              onChange={(event) => setDraft({ ...draft, position: Number(event.target.value) || 0 })}
              slotProps={{ htmlInput: { min: 0, max: 1000 } }}
              type="number"
              value={draft.position}
            />
          </Box>
        </Section>
      </Box>
    </Box>
  );
}
