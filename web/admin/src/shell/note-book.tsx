import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { useDeed } from "../api/use-deed.ts";
import { Section } from "./section.tsx";
import { Empty } from "./table.tsx";
import { Moment } from "./values.tsx";

const NOTE_LENGTH_MAX = 2_000;

interface Note {
  readonly id: string;
  readonly text: string;
  readonly author: string;
  readonly at: string;
}

interface Props<T> {
  /** Newest first. */
  readonly notes: readonly Note[];
  readonly mayWrite: boolean;
  /** Says who reads a note, by the name of its words. */
  readonly help: string;
  readonly send: (text: string) => Promise<T>;
  readonly onNoted: (answer: T) => void;
}

/** What colleagues wrote about something. Notes are added, and never changed. */
export function NoteBook<T>({ notes, mayWrite, help, send, onNoted }: Props<T>) {
  const translate = useTranslate();
  return (
    <Section title={translate("va.diary.notes")}>
      {mayWrite && <NewNote help={help} onNoted={onNoted} send={send} />}
      {notes.length === 0 && !mayWrite && <Empty>{translate("va.diary.none")}</Empty>}
      {notes.length > 0 && (
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
      )}
    </Section>
  );
}

function NewNote<T>({ help, send, onNoted }: Pick<Props<T>, "help" | "send" | "onNoted">) {
  const translate = useTranslate();
  const [text, setText] = useState("");
  const add = useDeed(send, {
    done: "va.diary.noted",
    onDone: (answer) => {
      setText("");
      onNoted(answer);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") add.act(text.trim());
  };
  return (
    <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 1, px: 2, pt: 0.5, pb: 2 }}>
      {add.problem !== null && <Alert severity="error">{translate(add.problem, { _: add.problem })}</Alert>}
      <TextField
        helperText={translate(help)}
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
