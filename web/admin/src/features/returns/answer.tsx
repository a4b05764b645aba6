import TextField from "@mui/material/TextField";
import type { Return } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { Question } from "../../shell/question.tsx";
import { answerReturn } from "./requests.ts";

const ANSWER_LENGTH_MAX = 1_000;

/** Says yes or no to a return, with a word to the customer. */
export function AnswerDialog({
  found,
  verdict,
  onClose,
  onDone,
}: {
  found: Return;
  verdict: "approve" | "refuse";
  onClose: () => void;
  onDone: () => void;
}) {
  const translate = useTranslate();
  const [answer, setAnswer] = useState("");
  const deed = useDeed(answerReturn, { done: `va.return.${verdict}.done`, onDone });
  return (
    <Question
      danger={verdict === "refuse"}
      doLabel={translate(`va.return.${verdict}.do`)}
      isDoing={deed.isDoing}
      onClose={onClose}
      onDo={() => deed.act({ return_id: found.id, verdict, answer: answer.trim() })}
      open
      problem={deed.problem}
      title={translate(`va.return.${verdict}.ask`)}
    >
      <p>{translate(`va.return.${verdict}.text`)}</p>
      <TextField
        fullWidth
        helperText={translate("va.return.answer_help")}
        label={translate("va.return.answer")}
        minRows={3}
        multiline
        onChange={(event) => setAnswer(event.target.value)}
        slotProps={{ htmlInput: { maxLength: ANSWER_LENGTH_MAX } }}
        value={answer}
      />
    </Question>
  );
}
