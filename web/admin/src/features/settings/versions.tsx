import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { SettingsAt, SettingsVersion } from "@vivamarket/api-client";
import { useRefresh, useTranslate } from "ra-core";
import { useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { ProblemCard } from "../../shell/problems.tsx";
import { Question } from "../../shell/question.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { Changes } from "./changes.tsx";
import { goBack, HELD, readSettings, readVersion } from "./requests.ts";

type Row = SettingsVersion & { readonly id: string };

/** Every version of the settings: who made it, what it changed, and the way back to it. */
export default function VersionsPage() {
  const translate = useTranslate();
  const mayWrite = useMay()("settings.write");
  const { data: held } = useRead(HELD, readSettings);
  const [chosen, setChosen] = useState<number | null>(null);
  const columns: readonly Column<Row>[] = [
    {
      name: "version",
      title: translate("va.settings.version"),
      cell: ({ version, author, changed_at }) => (
        <>
          <strong>{version}</strong>
          <Below>
            <Moment at={changed_at} />
          </Below>
          <Below>{author}</Below>
        </>
      ),
    },
    {
      name: "changed",
      title: translate("va.settings.changed"),
      cell: ({ changes }) => <Changes changes={changes} />,
    },
    {
      name: "back",
      title: translate("va.settings.go_back"),
      untitled: true,
      cell: ({ version }) =>
        version === held?.version ? (
          translate("va.settings.holds")
        ) : (
          <GoBackButton onChoose={() => setChosen(version)} show={mayWrite} version={version} />
        ),
    },
  ];
  return (
    <>
      <RecordList<Row>
        caption={translate("va.settings.versions")}
        columns={columns}
        empty={translate("va.settings.no_versions")}
        head={
          <PageHead
            actions={
              mayWrite &&
              held !== undefined &&
              held.version > 0 && (
                <Button onClick={() => setChosen(0)} variant="outlined">
                  {translate("va.settings.shop_file")}
                </Button>
              )
            }
            back={{ to: "/settings", label: translate("va.nav.settings") }}
            below={translate("va.settings.versions_lead")}
            title={translate("va.settings.versions")}
          />
        }
        resource="settings-versions"
      />
      {chosen !== null && <GoBack key={chosen} onClose={() => setChosen(null)} version={chosen} />}
    </>
  );
}

interface ButtonProps {
  readonly version: number;
  readonly show: boolean;
  readonly onChoose: () => void;
}

function GoBackButton({ version, show, onChoose }: ButtonProps) {
  const translate = useTranslate();
  if (!show) return null;
  return (
    <Button
      aria-label={translate("va.settings.go_back_to", { version })}
      onClick={onChoose}
      size="small"
      sx={{ whiteSpace: "nowrap" }}
    >
      {translate("va.settings.go_back")}
    </Button>
  );
}

/** Shows what going back would change, before it does. */
function GoBack({ version, onClose }: { version: number; onClose: () => void }) {
  const translate = useTranslate();
  const client = useQueryClient();
  const refresh = useRefresh();
  const { data, error, refetch } = useRead(["settings at", version], () => readVersion(version), {
    gcTime: 0,
  });
  const go = useDeed((earlier: SettingsAt) => goBack(earlier), {
    done: translate("va.settings.gone_back", { version }),
    onDone: (saved) => {
      client.setQueryData(HELD, saved);
      refresh();
      onClose();
    },
  });
  const isSame = data?.changes.length === 0;
  return (
    <Question
      doLabel={translate("va.settings.go_back")}
      isDoing={go.isDoing || data === undefined || isSame}
      onClose={onClose}
      onDo={() => data !== undefined && go.act(data)}
      open
      problem={go.problem}
      title={
        version === 0 ? translate("va.settings.shop_file") : translate("va.settings.go_back_ask", { version })
      }
    >
      {error !== null && <ProblemCard error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Waiting />}
      {data !== undefined && (
        <>
          <p>{translate(isSame ? "va.settings.go_back_same" : "va.settings.go_back_text")}</p>
          {!isSame && <Changes changes={data.changes} />}
        </>
      )}
    </Question>
  );
}
