import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { DeadLetter } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Code, Moment } from "../../shell/values.tsx";

/** A dead letter as the list knows it: named by its box and its own id. */
type Letter = DeadLetter & { readonly letter_id: string };

function replayLetter({ box, letter_id }: Letter): Promise<unknown> {
  const path = { box, letter_id };
  return changeOnce(["replay letter", box, letter_id], (header) =>
    api.POST("/api/v1/staff/dead-letters/{box}/{letter_id}/replay", { params: { path, header } }),
  );
}

/** What the shop tried to handle as often as it may and could not. */
export default function LetterList() {
  const translate = useTranslate();
  const may = useMay();
  const client = useQueryClient();
  const replay = useDeed(replayLetter, {
    done: "va.letter.replayed",
    tells: true,
    onDone: () => void client.invalidateQueries({ queryKey: ["dead-letters"] }),
  });
  const columns: readonly Column<Letter>[] = [
    {
      name: "what",
      title: translate("va.letter.what"),
      cell: (letter) => (
        <>
          {letter.kind}
          <Below>
            {translate(`va.letter.${letter.box}`)} <Code>{letter.letter_id}</Code>
          </Below>
        </>
      ),
    },
    {
      name: "about",
      title: translate("va.letter.about"),
      wideOnly: true,
      cell: (letter) => <Code>{letter.key || "–"}</Code>,
    },
    { name: "error", title: translate("va.letter.error"), cell: (letter) => <Code>{letter.error}</Code> },
    {
      name: "attempts",
      title: translate("va.delivery.attempts"),
      numeric: true,
      wideOnly: true,
      cell: (letter) => letter.attempts,
    },
    {
      name: "died",
      title: translate("va.letter.died"),
      wideOnly: true,
      cell: (letter) => <Moment at={letter.died_at} />,
    },
    {
      name: "actions",
      title: translate("va.list.actions"),
      untitled: true,
      numeric: true,
      cell: (letter) =>
        may("operations.write") && (
          <Button
            aria-label={translate("va.letter.replay_this", { kind: letter.kind, id: letter.letter_id })}
            disabled={replay.isDoing}
            onClick={() => replay.act(letter)}
            size="small"
            variant="outlined"
          >
            {translate("va.letter.replay")}
          </Button>
        ),
    },
  ];
  return (
    <RecordList<Letter>
      caption={translate("va.nav.letters")}
      columns={columns}
      empty={translate("va.letter.none")}
      head={<PageHead below={translate("va.letter.lead")} title={translate("va.nav.letters")} />}
      resource="dead-letters"
    />
  );
}
