import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { Question } from "../../shell/question.tsx";
import { Moment, useMoneyText } from "../../shell/values.tsx";
import { cancelOrder, captureOrder } from "./requests.ts";
import type { OrderFile } from "./use-order.ts";

interface CaptureProps {
  readonly file: OrderFile;
  readonly onChanged: () => void;
}

/** Takes the money that is held for the order, or lets it go; both say what they come to before. */
export function Capture({ file, onChanged }: CaptureProps) {
  const translate = useTranslate();
  const money = useMoneyText();
  const may = useMay();
  const [asked, setAsked] = useState<"capture" | "void" | null>(null);
  const { number } = file.order;
  const finished = () => {
    setAsked(null);
    onChanged();
  };
  const capture = useDeed(captureOrder, { done: "va.order.capture.done", onDone: finished });
  const letGo = useDeed(cancelOrder, { done: "va.order.void.done", onDone: finished });
  const close = () => {
    setAsked(null);
    capture.reset();
    letGo.reset();
  };
  if (file.capturable === null || !may("orders.write")) return null;
  const amount = money(file.capturable);
  return (
    <>
      <Button onClick={() => setAsked("capture")} variant="contained">
        {translate("va.order.capture.do", { amount })}
      </Button>
      <Button color="error" onClick={() => setAsked("void")} variant="outlined">
        {translate("va.order.void.do", { amount })}
      </Button>
      <Question
        doLabel={translate("va.order.capture.do", { amount })}
        isDoing={capture.isDoing}
        onClose={close}
        onDo={() => capture.act(number)}
        open={asked === "capture"}
        problem={capture.problem}
        title={translate("va.order.capture.ask", { amount, number })}
      >
        {translate("va.order.capture.text")}
      </Question>
      <Question
        danger
        doLabel={translate("va.order.void.do", { amount })}
        isDoing={letGo.isDoing}
        onClose={close}
        onDo={() => letGo.act(number)}
        open={asked === "void"}
        problem={letGo.problem}
        title={translate("va.order.void.ask", { number })}
      >
        {translate("va.order.void.text", { amount })}
      </Question>
    </>
  );
}

/** Says that money is held, and until when. */
export function HeldNotice({ file }: { file: OrderFile }) {
  const translate = useTranslate();
  const money = useMoneyText();
  if (file.capturable === null || file.held_until === null) return null;
  return (
    <Alert severity="info" sx={{ mb: 2.5 }}>
      {translate("va.order.capture.held", { amount: money(file.capturable) })} <Moment at={file.held_until} />
    </Alert>
  );
}
