import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { Shop, StaffProduct } from "@vivamarket/api-client";
import { useLocale, useNotify, useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Section } from "../../shell/section.tsx";
import { Status } from "../../shell/values.tsx";
import { Attributes } from "./attributes.tsx";
import { CategoryPicker } from "./category-picker.tsx";
import { type Draft, draftOf, editOf, fieldsOf, Mistyped } from "./draft.ts";
import { Facts } from "./facts.tsx";
import { Look } from "./look.tsx";
import { Options } from "./options.tsx";
import { Pictures } from "./pictures.tsx";
import { addProduct, saveProduct } from "./requests.ts";
import { Texts } from "./texts.tsx";
import { titleOf } from "./title.ts";
import { Variants } from "./variants.tsx";

/** What every part of the form is given. */
export interface Part {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

interface Props {
  readonly product: StaffProduct;
  readonly shop: Shop;
  readonly onSaved: (product: StaffProduct) => void;
  /** Reads the product again, after somebody else was quicker. */
  readonly onReread?: () => void;
}

/** The form of a product, whether it is there already or new. */
export function Editor({ product, shop, onSaved, onReread }: Props) {
  const translate = useTranslate();
  const locale = useLocale();
  const notify = useNotify();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(product));
  const isNew = product.id === "";
  const save = useDeed(
    (typed: Draft) => (isNew ? addProduct(fieldsOf(typed)) : saveProduct(product.id, editOf(typed))),
    {
      done: isNew ? "va.product.added" : "va.product.saved",
      onDone: (saved) => {
        onSaved(saved);
        void client.invalidateQueries({ queryKey: ["products", "getList"] });
      },
    },
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    try {
      fieldsOf(draft);
    } catch (error) {
      if (!(error instanceof Mistyped)) throw error;
      notify(error.message, { type: "error" });
      return;
    }
    save.act(draft);
  };
  const hasChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(product));
  const part = { draft, onDraft: setDraft };
  return (
    <Box component="form" noValidate onSubmit={send}>
      <PageHead
        actions={
          <>
            {!isNew && <Look product={product} shop={shop} />}
            <Button disabled={!hasChanged || save.isDoing} type="submit" variant="contained">
              {translate("va.action.save")}
            </Button>
          </>
        }
        back={{ to: "/products", label: translate("va.nav.products") }}
        beside={!isNew && <Status value={product.status} />}
        title={isNew ? translate("va.product.add") : titleOf(product, shop.default_locale)}
      />
      {save.problem !== null && (
        <Alert
          action={
            onReread !== undefined && (
              <Button color="inherit" onClick={onReread} size="small">
                {translate("va.product.reread")}
              </Button>
            )
          }
          severity="error"
          sx={{ mb: 2 }}
        >
          {translate(save.problem, { _: save.problem })}
        </Alert>
      )}
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
        <Section title={translate("va.product.texts")}>
          <Texts {...part} locales={shop.locales} />
        </Section>
        <Section title={translate("va.product.pictures")}>
          <Pictures {...part} locales={shop.locales} />
        </Section>
        <Section title={translate("va.option.title")}>
          <Options {...part} locales={shop.locales} />
        </Section>
        <Section title={translate("va.product.variants")}>
          <Variants {...part} currencies={shop.currencies} />
        </Section>
        <Section title={translate("va.product.facts")}>
          <Facts {...part} />
        </Section>
        <Section title={translate("va.nav.categories")}>
          <CategoryPicker {...part} locale={locale} />
        </Section>
        <Section title={translate("va.attribute.title")}>
          <Attributes {...part} currencies={shop.currencies} locales={shop.locales} />
        </Section>
      </Box>
    </Box>
  );
}
