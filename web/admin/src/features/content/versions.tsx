import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MuiLink from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import type { ContentWords, StaffContent, StaffContentAt, StaffContentVersion } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { Link, useNavigate, useParams, useSearchParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem, ProblemCard } from "../../shell/problems.tsx";
import { Section } from "../../shell/section.tsx";
import { Below, type Column, Table } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { titleOf } from "./draft.ts";
import { bringBack, readContent, readVersion, readVersions } from "./requests.ts";
import { Preview } from "./words.tsx";

const CHOSEN = "version";

/** What a page was before: who changed it when, each version to look at and to bring back as the draft. */
export default function ContentVersionsPage() {
  const translate = useTranslate();
  const locale = useLocale();
  const { key = "" } = useParams();
  const page = useRead(["content", key], () => readContent(key));
  const versions = useRead(["content versions", key], () => readVersions(key));
  const [params] = useSearchParams();
  const error = page.error ?? versions.error;
  if (error !== null) return <Problem error={error} onRetry={() => void versions.refetch()} />;
  if (page.data === undefined || versions.data === undefined) return <Waiting />;
  const asked = Number(params.get(CHOSEN));
  const chosen = versions.data.find(({ version }) => version === asked) ?? versions.data[0];
  return (
    <>
      <PageHead
        back={{ to: `/content/${key}`, label: titleOf(page.data, locale) }}
        below={translate("va.content.versions_lead")}
        title={translate("va.content.versions")}
      />
      <Box
        sx={{
          display: "grid",
          gap: 2.5,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 2fr) minmax(0, 3fr)" },
          alignItems: "start",
        }}
      >
        <Section title={translate("va.content.history")}>
          <Table
            caption={translate("va.content.history")}
            columns={columnsOf(translate, chosen)}
            keyOf={({ version }) => String(version)}
            rows={versions.data}
          />
        </Section>
        {chosen !== undefined && <OneVersion key={chosen.version} page={page.data} version={chosen} />}
      </Box>
    </>
  );
}

function columnsOf(
  translate: (name: string) => string,
  chosen: StaffContentVersion | undefined,
): readonly Column<StaffContentVersion>[] {
  return [
    {
      name: "version",
      title: translate("va.content.version"),
      cell: ({ version, step }) => (
        <MuiLink
          aria-current={version === chosen?.version ? "true" : undefined}
          component={Link}
          sx={{ fontWeight: version === chosen?.version ? 700 : 400 }}
          to={`?${CHOSEN}=${version}`}
        >
          {version} · {translate(`va.content.step.${step}`)}
        </MuiLink>
      ),
    },
    {
      name: "who",
      title: translate("va.content.who"),
      cell: ({ author, at }) => (
        <>
          {author === "" ? translate("va.content.shop_itself") : author}
          <Below>
            <Moment at={at} />
          </Below>
        </>
      ),
    },
  ];
}

function OneVersion({ page, version }: { page: StaffContent; version: StaffContentVersion }) {
  const translate = useTranslate();
  const own = useLocale();
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, error, refetch } = useRead(["content version", page.id, version.version], () =>
    readVersion(page.id, version.version),
  );
  const back = useDeed((at: StaffContentAt) => bringBack({ key: page.id, at }), {
    done: "va.content.brought_back",
    onDone: (saved) => {
      client.setQueryData(["content", saved.id], saved);
      void client.invalidateQueries({ queryKey: ["content versions", saved.id] });
      navigate(`/content/${saved.id}`);
    },
  });
  if (error !== null) return <ProblemCard error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const locales = Object.keys(data.texts).sort((a, b) => Number(b === own) - Number(a === own));
  const isNow = JSON.stringify(data.texts) === JSON.stringify(page.texts);
  return (
    <Section
      actions={
        may("content.write") &&
        locales.length > 0 &&
        !isNow && (
          <Button disabled={back.isDoing} onClick={() => back.act(data)} variant="outlined">
            {translate("va.content.bring_back")}
          </Button>
        )
      }
      title={translate("va.content.version_number", { version: version.version })}
    >
      <Box sx={{ display: "grid", gap: 3, p: 2, pt: 0.5 }}>
        {back.problem !== null && (
          <Alert severity="error">{translate(back.problem, { _: back.problem })}</Alert>
        )}
        {isNow && <Alert severity="info">{translate("va.content.is_now")}</Alert>}
        {locales.length === 0 && <span>{translate("va.content.was_removed")}</span>}
        {locales.map((locale) => (
          <Reading key={locale} locale={locale} words={data.texts[locale]} />
        ))}
      </Box>
    </Section>
  );
}

/** One language of a version, to be read only. */
function Reading({ locale, words }: { locale: string; words: ContentWords | undefined }) {
  const translate = useTranslate();
  const name = new Intl.DisplayNames(useLocale(), { type: "language" }).of(locale) ?? locale;
  if (words === undefined) return null;
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography color="textSecondary" variant="body2">
        <span style={{ textTransform: "capitalize" }}>{name}</span> · /{locale}/info/{words.slug}/
      </Typography>
      <Typography lang={locale} sx={{ overflowWrap: "anywhere", mb: 1 }} variant="h3">
        {words.title}
      </Typography>
      <Preview body={words.body ?? ""} label={translate("va.content.preview", { name })} locale={locale} />
    </Box>
  );
}
