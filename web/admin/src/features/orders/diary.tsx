import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { MailOfOrder } from "@vivamarket/api-client";
import { formatDateTime } from "@vivamarket/format";
import { useLocale, useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { Section } from "../../shell/section.tsx";
import { Empty } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";
import { addNote, mailAgain } from "./requests.ts";
import type { OrderFile } from "./use-order.ts";

const NOTE_LENGTH_MAX = 2_000;

interface Props {
  readonly file: OrderFile;
  readonly onChanged: () => void;
}

/** What colleagues wrote about the order; only staff read it, and nothing of it is ever changed. */
export function Notes({ file, onChanged }: Props) {
  const translate = useTranslate();
  const may = useMay();
  const notes = file.diary.filter((entry) => entry.kind === "note").reverse();
  return (
    <Section title={translate("va.diary.notes")}>
      {may("orders.write") && <NewNote number={file.order.number} onChanged={onChanged} />}
      {notes.length === 0 && !may("orders.write") && <Empty>{translate("va.diary.none")}</Empty>}
      <Box component="ul" sx={{ listStyle: "none", m: 0, px: 2, pb: 2, display: "grid", gap: 1.5 }}>
        {notes.map((note) => (
          <li key={note.id}>
            <Box sx={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{note.text}</Box>
            <Box sx={{ color: "text.secondary", fontSize: 13 }}>
              {note.author} · <Moment at={note.at} />
            </Box>
          </li>
        ))}
      </Box>
    </Section>
  );
}

function NewNote({ number, onChanged }: { number: string; onChanged: () => void }) {
  const translate = useTranslate();
  const [text, setText] = useState("");
  const add = useDeed((wanted: string) => addNote(number, wanted), {
    done: "va.diary.noted",
    onDone: () => {
      setText("");
      onChanged();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") add.act(text.trim());
  };
  return (
    <Box component="form" onSubmit={send} sx={{ display: "grid", gap: 1, px: 2, pt: 0.5, pb: 2 }}>
      {add.problem !== null && <Alert severity="error">{translate(add.problem, { _: add.problem })}</Alert>}
      <TextField
        helperText={translate("va.diary.help")}
        label={translate("va.diary.note")}
        minRows={2}
        multiline
        onChange={(event) => setText(event.target.value)}
        slotProps={{ htmlInput: { maxLength: NOTE_LENGTH_MAX } }}
        value={text}
      />
      <Button
        disabled={add.isDoing || text.trim() === ""}
        sx={{ justifySelf: "start" }}
        type="submit"
        variant="outlined"
      >
        {translate("va.diary.add")}
      </Button>
    </Box>
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
