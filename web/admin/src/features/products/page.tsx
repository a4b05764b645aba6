import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { ProductEdit, StaffProduct } from "@vivamarket/api-client";
import { useNotify, useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Status } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { type Draft, draftOf, editOf } from "./draft.ts";
import { Facts } from "./facts.tsx";
import { Pictures } from "./pictures.tsx";
import { readProduct, saveProduct } from "./requests.ts";
import { Texts } from "./texts.tsx";
import { useShop } from "./use-shop.ts";
import { Variants } from "./variants.tsx";

/** One product: everything about it, in every language and currency. */
export default function ProductPage() {
  const { id = "" } = useParams();
  const { data, error, isPending, refetch } = useRead(["products", "one", id], () => readProduct(id), {
    // What somebody is typing over must not change under their hands.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  if (isPending) return <Waiting />;
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  return <Editor key={`${data.id} ${data.version}`} onReread={() => void refetch()} product={data} />;
}

/** What every part of the form is given. */
export interface Part {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

function Editor({ product, onReread }: { product: StaffProduct; onReread: () => void }) {
  const translate = useTranslate();
  const notify = useNotify();
  const client = useQueryClient();
  const may = useMay();
  const shop = useShop();
  const [draft, setDraft] = useState(() => draftOf(product));
  const save = useDeed((edit: ProductEdit) => saveProduct(product.id, edit), {
    done: "va.product.saved",
    onDone: (saved) => {
      client.setQueryData(["products", "one", product.id], saved);
      void client.invalidateQueries({ queryKey: ["products", "getList"] });
    },
  });
  if (shop === undefined) return <Waiting />;
  const send = (event: FormEvent) => {
    event.preventDefault();
    const edit = editOf(draft);
    if (edit === null) notify("va.refund.bad_amount", { type: "error" });
    else save.act(edit);
  };
  const hasChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(product));
  const title =
    product.texts[shop.default_locale]?.title ?? Object.values(product.texts)[0]?.title ?? product.id;
  const slug = product.texts[shop.default_locale]?.slug;
  return (
    <Box component="form" onSubmit={send}>
      <PageHead
        actions={
          <>
            {product.is_shown && slug !== undefined && (
              <Button
                href={`/${shop.default_locale}/p/${slug}/`}
                rel="noopener"
                target="_blank"
                variant="outlined"
              >
                {translate("va.product.look")}
              </Button>
            )}
            {may("catalogue.write") && (
              <Button disabled={!hasChanged || save.isDoing} type="submit" variant="contained">
                {translate("va.action.save")}
              </Button>
            )}
          </>
        }
        back={{ to: "/products", label: translate("va.nav.products") }}
        beside={<Status value={product.status} />}
        title={title}
      />
      {save.problem !== null && (
        <Alert
          action={
            <Button color="inherit" onClick={onReread} size="small">
              {translate("va.product.reread")}
            </Button>
          }
          severity="error"
          sx={{ mb: 2 }}
        >
          {translate(save.problem, { _: save.problem })}
        </Alert>
      )}
      <Box sx={{ display: "grid", gap: 2.5 }}>
        <Section title={translate("va.product.texts")}>
          <Texts draft={draft} locales={shop.locales} onDraft={setDraft} />
        </Section>
        <Section title={translate("va.product.variants")}>
          <Variants currencies={shop.currencies} draft={draft} onDraft={setDraft} />
        </Section>
        <Section title={translate("va.product.pictures")}>
          <Pictures draft={draft} locales={shop.locales} onDraft={setDraft} />
        </Section>
        <Section title={translate("va.product.facts")}>
          <Facts draft={draft} onDraft={setDraft} />
        </Section>
      </Box>
    </Box>
  );
}
