import { useQueryClient } from "@tanstack/react-query";
import type { CustomerNoteList } from "@vivamarket/api-client";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { NoteBook } from "../../shell/note-book.tsx";
import { ProblemCard } from "../../shell/problems.tsx";
import { addNote, readNotes } from "./requests.ts";

/** What colleagues wrote about the customer; nothing where the role may not read it. */
export function Notes({ id }: { id: string }) {
  const may = useMay();
  return may("customer_notes.read") ? <Book id={id} mayWrite={may("customer_notes.write")} /> : null;
}

function Book({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const client = useQueryClient();
  const name = ["customer notes", id];
  const { data, error, refetch } = useRead(name, () => readNotes(id));
  if (error !== null) return <ProblemCard error={error} onRetry={() => void refetch()} />;
  return (
    <NoteBook<CustomerNoteList>
      help="va.customer.note_help"
      mayWrite={mayWrite}
      notes={data?.items ?? []}
      onNoted={(notes) => client.setQueryData(name, notes)}
      send={(text) => addNote(id, text)}
    />
  );
}
