import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import type { StaffCategory, TextsOfLocale } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { AccessDenied, Missing, Problem } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { NO_TEXTS } from "../products/draft.ts";
import { PlainTexts } from "../products/plain.tsx";
import { OneLanguage } from "../products/texts.tsx";
import { useShop } from "../products/use-shop.ts";
import { addCategory, readCategories, saveCategory } from "./requests.ts";
import { branchesOf, nameOf, withBelow } from "./tree.ts";

const TOP = "";

/** One category in every language, and where it lies; or a new one. */
export default function CategoryPage() {
  const { id } = useParams();
  const shop = useShop();
  const may = useMay();
  const { data, error, isPending, refetch } = useRead(["categories"], readCategories);
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  if (isPending || shop === undefined) return <Waiting />;
  const category = data.find((each) => each.id === id);
  if (id !== undefined && category === undefined) return <Missing />;
  if (!may("catalogue.write")) return <Plain category={category} locales={shop.locales} />;
  return (
    <Editor
      all={data}
      key={category === undefined ? "new" : `${category.id} ${category.version}`}
      locales={shop.locales}
      {...(category === undefined ? {} : { category })}
    />
  );
}

/** The same category for who may look at it and not change it. */
function Plain({ category, locales }: { category: StaffCategory | undefined; locales: readonly string[] }) {
  const translate = useTranslate();
  const locale = useLocale();
  if (category === undefined) return <AccessDenied />;
  return (
    <>
      <PageHead
        back={{ to: "/categories", label: translate("va.nav.categories") }}
        title={nameOf(category, locale)}
      />
      <Section title={translate("va.product.texts")}>
        <PlainTexts locales={locales} texts={category.texts} />
      </Section>
    </>
  );
}

interface Props {
  readonly category?: StaffCategory;
  readonly all: readonly StaffCategory[];
  readonly locales: readonly string[];
}

function Editor({ category, all, locales }: Props) {
  const translate = useTranslate();
  const locale = useLocale();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [texts, setTexts] = useState<Readonly<Record<string, TextsOfLocale>>>(category?.texts ?? {});
  const [parent, setParent] = useState(category?.parent_id ?? TOP);
  const own = category === undefined ? new Set<string>() : withBelow(all, category.id);
  const save = useDeed(
    () => {
      const fields = {
        texts: Object.fromEntries(Object.entries(texts).filter(([, each]) => each.title.trim() !== "")),
        parent_id: parent === TOP ? null : parent,
        position: category?.position ?? all.filter((each) => (each.parent_id ?? TOP) === parent).length,
        image: imageOf(category),
      };
      return category === undefined
        ? addCategory(fields)
        : saveCategory(category.id, { ...fields, version: category.version });
    },
    {
      done: "va.category.saved",
      onDone: () => {
        void client.invalidateQueries({ queryKey: ["categories"] });
        navigate("/categories");
      },
    },
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.act(undefined);
  };
  return (
    <Box component="form" onSubmit={send}>
      <PageHead
        actions={
          <Button disabled={save.isDoing} type="submit" variant="contained">
            {translate("va.action.save")}
          </Button>
        }
        back={{ to: "/categories", label: translate("va.nav.categories") }}
        title={category === undefined ? translate("va.category.add") : nameOf(category, locale)}
      />
      {save.problem !== null && (
        <Alert severity="error" sx={{ mb: 2 }}>
          {translate(save.problem, { _: save.problem })}
        </Alert>
      )}
      <Section title={translate("va.product.texts")}>
        <Box sx={{ p: 2, display: "grid", gap: 3, gridTemplateColumns: { md: "1fr 1fr" } }}>
          <TextField
            label={translate("va.category.below")}
            onChange={(event) => setParent(event.target.value)}
            select
            slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
            sx={{ gridColumn: { md: "1 / -1" } }}
            value={parent}
          >
            <MenuItem value={TOP}>{translate("va.category.top")}</MenuItem>
            {branchesOf(all)
              .filter((branch) => !own.has(branch.category.id))
              .map(({ category: each, depth }) => (
                <MenuItem key={each.id} sx={{ pl: 2 + depth * 2 }} value={each.id}>
                  {nameOf(each, locale)}
                </MenuItem>
              ))}
          </TextField>
          {locales.map((each) => (
            <OneLanguage
              key={each}
              locale={each}
              name={new Intl.DisplayNames(locale, { type: "language" }).of(each) ?? each}
              onTexts={(changed) => setTexts({ ...texts, [each]: changed })}
              source={texts[locales[0] ?? each]}
              texts={texts[each] ?? NO_TEXTS}
            />
          ))}
        </Box>
      </Section>
    </Box>
  );
}

/** Its picture stays as it is. */
function imageOf(category: StaffCategory | undefined) {
  if (category === undefined || category.image === null) return null;
  const { media_id, source_url, alt } = category.image;
  return { media_id, source_url: media_id === null ? source_url : "", alt };
}
