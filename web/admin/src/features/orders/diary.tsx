import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { MailOfOrder } from "@vivamarket/api-client";
import { formatDateTime } from "@vivamarket/format";
import { useLocale, useTranslate } from "ra-core";
import { useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { NoteBook } from "../../shell/note-book.tsx";
import { Section } from "../../shell/section.tsx";
import { addNote, mailAgain } from "./requests.ts";
import type { OrderFile } from "./use-order.ts";

interface Props {
  readonly file: OrderFile;
  readonly onChanged: () => void;
}

/** What colleagues wrote about the order; only staff read it, and nothing of it is ever changed. */
export function Notes({ file, onChanged }: Props) {
  const may = useMay();
  return (
    <NoteBook
      help="va.diary.help"
      mayWrite={may("orders.write")}
      notes={file.diary.filter((entry) => entry.kind === "note").reverse()}
      onNoted={onChanged}
      send={(text) => addNote(file.order.number, text)}
    />
  );
}

/** Sends a mail of the order to the customer once more. */
export function MailsAgain({ file, onChanged }: Props) {
  const translate = useTranslate();
  const locale = useLocale();
  const may = useMay();
  const [chosen, setChosen] = useState("");
  const again = useDeed((mail: MailOfOrder) => mailAgain(file.order.number, mail), {
    done: "va.diary.mailed",
    onDone: () => {
      setChosen("");
      onChanged();
    },
  });
  if (file.mails.length === 0 || !may("orders.write")) return null;
  const mail = file.mails.find((each) => nameOf(each) === chosen);
  return (
    <Section title={translate("va.diary.mail_again")}>
      <Box sx={{ display: "grid", gap: 1, px: 2, pb: 2, pt: 0.5 }}>
        {again.problem !== null && (
          <Alert severity="error">{translate(again.problem, { _: again.problem })}</Alert>
        )}
        <TextField
          label={translate("va.diary.which")}
          onChange={(event) => setChosen(event.target.value)}
          select
          value={chosen}
        >
          {file.mails.map((each) => (
            <MenuItem key={nameOf(each)} value={nameOf(each)}>
              {translate(`va.mail_of.${each.mail.replaceAll(".", "_")}`)} · {formatDateTime(each.at, locale)}
            </MenuItem>
          ))}
        </TextField>
        <Button
          disabled={again.isDoing || mail === undefined}
          onClick={() => mail !== undefined && again.act(mail)}
          sx={{ justifySelf: "start" }}
          variant="outlined"
        >
          {translate("va.diary.send")}
        </Button>
      </Box>
    </Section>
  );
}

function nameOf(mail: MailOfOrder): string {
  return `${mail.mail} ${mail.subject_id}`;
}
