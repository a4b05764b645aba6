import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { Link, useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Question } from "../../shell/question.tsx";
import { asWords, Moment, Status, useMoneyText } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { Papers } from "../returns/papers.tsx";
import { Returns } from "../returns/section.tsx";
import { Customer, Timeline } from "./beside.tsx";
import { Capture, HeldNotice } from "./capture.tsx";
import { MailsAgain, Notes } from "./diary.tsx";
import { Fulfill } from "./fulfill.tsx";
import { Parcels } from "./parcels.tsx";
import { Books, Goods, Lines, Payments, Refunds } from "./parts.tsx";
import { acceptOrder, cancelOrder } from "./requests.ts";
import { type OrderFile, useOrder } from "./use-order.ts";

/** Everything about one order, and what can be done with it. */
export default function OrderPage() {
  const { number = "" } = useParams();
  const { data: file, error, isPending, refetch, show } = useOrder(number);
  const [isSending, setSending] = useState(false);
  if (isPending) return <Waiting />;
  if (error !== null || file === undefined) return <Problem error={error} onRetry={() => void refetch()} />;
  const changed = () => {
    setSending(false);
    void show();
  };
  return (
    <>
      <Head file={file} onChanged={changed} onSend={() => setSending(true)} />
      {isSending && <Fulfill file={file} onClose={() => setSending(false)} onDone={changed} />}
      <HeldNotice file={file} />
      <Warnings file={file} />
      <Box
        sx={{
          display: "grid",
          gap: 2.5,
          gridTemplateColumns: { md: "minmax(0, 1fr) 300px" },
          alignItems: "start",
        }}
      >
        <Box sx={{ display: "grid", gap: 2.5, minWidth: 0 }}>
          <Lines file={file} />
          <Parcels file={file} onChanged={changed} onSend={() => setSending(true)} />
          <Payments file={file} />
          <Returns file={file} />
          {file.refunds.length > 0 && <Refunds file={file} />}
          <Books file={file} />
          <Goods file={file} />
        </Box>
        <Box sx={{ display: "grid", gap: 2.5 }}>
          <Timeline file={file} />
          <Notes file={file} onChanged={changed} />
          <Customer file={file} />
          <MailsAgain file={file} onChanged={changed} />
          <Papers file={file} />
        </Box>
      </Box>
    </>
  );
}

interface HeadProps {
  readonly file: OrderFile;
  readonly onChanged: () => void;
  readonly onSend: () => void;
}

function Head({ file, onChanged, onSend }: HeadProps) {
  const translate = useTranslate();
  const money = useMoneyText();
  const { order } = file;
  return (
    <PageHead
      actions={<Actions file={file} onChanged={onChanged} onSend={onSend} />}
      back={{ to: "/orders", label: translate("va.order.all") }}
      below={
        <>
          <Moment at={order.placed_at} /> · <strong>{money(order.total)}</strong>
        </>
      }
      beside={
        <>
          <Status value={order.status} />
          {(file.left_to_ship.length > 0 || order.fulfillment !== "unfulfilled") && (
            <Status value={order.fulfillment} />
          )}
        </>
      }
      title={order.number}
    />
  );
}

function Actions({ file, onChanged, onSend }: HeadProps) {
  const translate = useTranslate();
  const money = useMoneyText();
  const may = useMay();
  const [asked, setAsked] = useState<"cancel" | "accept" | null>(null);
  const { number } = file.order;
  const canSend = file.left_to_ship.length > 0 && may("fulfillment.write");
  const finished = () => {
    setAsked(null);
    onChanged();
  };
  const cancel = useDeed(cancelOrder, { done: "va.order.cancel.done", onDone: finished });
  const accept = useDeed(acceptOrder, { done: "va.order.accept.done", onDone: finished });
  const close = () => {
    setAsked(null);
    cancel.reset();
    accept.reset();
  };
  return (
    <>
      {file.can_accept && may("orders.write") && (
        <Button onClick={() => setAsked("accept")} variant="contained">
          {translate("va.order.accept.do")}
        </Button>
      )}
      {canSend && (
        <Button onClick={onSend} variant="contained">
          {translate("va.parcel.send")}
        </Button>
      )}
      {file.refundable !== null && may("refunds.write") && (
        <Button component={Link} to={`/orders/${number}/refund`} variant={canSend ? "outlined" : "contained"}>
          {translate("va.refund.do")}
        </Button>
      )}
      <Capture file={file} onChanged={onChanged} />
      {file.can_cancel && file.capturable === null && may("orders.write") && (
        <Button color="error" onClick={() => setAsked("cancel")} variant="outlined">
          {translate("va.order.cancel.do")}
        </Button>
      )}
      <Question
        danger
        doLabel={translate("va.order.cancel.do")}
        isDoing={cancel.isDoing}
        onClose={close}
        onDo={() => cancel.act(number)}
        open={asked === "cancel"}
        problem={cancel.problem}
        title={translate("va.order.cancel.ask", { number })}
      >
        {translate("va.order.cancel.text")}
      </Question>
      <Question
        doLabel={translate("va.order.accept.do")}
        isDoing={accept.isDoing}
        onClose={close}
        onDo={() => accept.act(number)}
        open={asked === "accept"}
        problem={accept.problem}
        title={translate("va.order.accept.ask", { number })}
      >
        {translate("va.order.accept.text", { total: money(file.order.total) })}
      </Question>
    </>
  );
}

/** What somebody has to know before anything else. */
function Warnings({ file }: { file: OrderFile }) {
  const translate = useTranslate();
  const money = useMoneyText();
  if (!file.can_accept && file.disputes.length === 0) return null;
  return (
    <Box sx={{ display: "grid", gap: 1.5, mb: 2.5 }}>
      {file.can_accept && <Alert severity="warning">{translate("va.order.review_text")}</Alert>}
      {file.disputes.map((dispute) => (
        <Alert key={dispute.id} severity={dispute.status === "won" ? "info" : "warning"}>
          {translate("va.dispute.text", { amount: money(dispute.amount), reason: asWords(dispute.reason) })}{" "}
          <Status value={dispute.status} /> {dispute.withdrawn && translate("va.dispute.withdrawn")}{" "}
          {translate("va.dispute.since")} <Moment at={dispute.opened_at} />. {translate("va.dispute.answer")}
        </Alert>
      ))}
    </Box>
  );
}
