import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import type { StaffShipment } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useMay } from "../../shell/may.ts";
import { Question } from "../../shell/question.tsx";
import { Section } from "../../shell/section.tsx";
import { Empty } from "../../shell/table.tsx";
import { Code, Moment, Status } from "../../shell/values.tsx";
import { Correct } from "./fulfill.tsx";
import { packed } from "./parcel.ts";
import { cancelParcel } from "./requests.ts";
import type { OrderFile } from "./use-order.ts";

interface Props {
  readonly file: OrderFile;
  readonly onChanged: () => void;
  /** Opens the dialog that sends a parcel. */
  readonly onSend: () => void;
}

/** The order's parcels, and what is left to send. */
export function Parcels({ file, onChanged, onSend }: Props) {
  const translate = useTranslate();
  const may = useMay();
  const left = packed(file.order, file.left_to_ship);
  if (file.shipments.length === 0 && left.length === 0) return null;
  return (
    <Section
      actions={
        left.length > 0 &&
        may("fulfillment.write") && (
          <Button onClick={onSend} size="small" variant="outlined">
            {translate("va.parcel.send")}
          </Button>
        )
      }
      title={translate("va.parcel.title")}
    >
      {file.shipments.length === 0 && <Empty>{translate("va.parcel.none")}</Empty>}
      {file.shipments.map((parcel, place) => (
        <Parcel file={file} key={parcel.id} onChanged={onChanged} parcel={parcel} place={place + 1} />
      ))}
      {file.shipments.length > 0 && left.length > 0 && (
        <Box component="p" sx={{ m: 0, px: 2, py: 1.5, borderTop: 1, borderColor: "divider" }}>
          <strong>{translate("va.parcel.left_to_send")}</strong>{" "}
          {left.map((line) => `${line.quantity} × ${line.title}`).join(", ")}
        </Box>
      )}
    </Section>
  );
}

interface ParcelProps {
  readonly file: OrderFile;
  readonly parcel: StaffShipment;
  readonly place: number;
  readonly onChanged: () => void;
}

function Parcel({ file, parcel, place, onChanged }: ParcelProps) {
  const translate = useTranslate();
  const isCanceled = parcel.status === "canceled";
  return (
    <Box
      component="article"
      aria-label={translate("va.parcel.nth", { place })}
      sx={{ borderTop: 1, borderColor: "divider", px: 2, py: 1.5, display: "grid", gap: 1 }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.25, alignItems: "center" }}>
        <strong>{translate("va.parcel.nth", { place })}</strong>
        <Status value={parcel.status} />
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>
          <Moment at={parcel.shipped_at} /> · {parcel.shipped_by}
        </Box>
      </Box>
      <Box sx={isCanceled ? { color: "text.secondary", textDecoration: "line-through" } : {}}>
        {packed(file.order, parcel.units).map((line) => (
          <div key={line.position}>
            {line.quantity} × {line.title}
            {line.variant !== "" && <span> ({line.variant})</span>}
          </div>
        ))}
      </Box>
      <Tracking parcel={parcel} />
      {!isCanceled && <ParcelActions file={file} onChanged={onChanged} parcel={parcel} place={place} />}
    </Box>
  );
}

function Tracking({ parcel }: { parcel: StaffShipment }) {
  const translate = useTranslate();
  if (parcel.carrier_name === "" && parcel.tracking_number === "") return null;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
      {parcel.carrier_name}
      {parcel.tracking_url === null ? (
        <Code>{parcel.tracking_number}</Code>
      ) : (
        <Link
          aria-label={translate("va.parcel.follow", { number: parcel.tracking_number })}
          href={parcel.tracking_url}
          rel="noreferrer"
          target="_blank"
        >
          <Code>{parcel.tracking_number}</Code>
        </Link>
      )}
    </Box>
  );
}

function ParcelActions({ file, parcel, place, onChanged }: ParcelProps) {
  const translate = useTranslate();
  const may = useMay();
  const [asked, setAsked] = useState<"correct" | "cancel" | null>(null);
  const { number } = file.order;
  const finished = () => {
    setAsked(null);
    onChanged();
  };
  const cancel = useDeed(() => cancelParcel(number, parcel.id), {
    done: "va.parcel.taken_back",
    onDone: finished,
  });
  const close = () => {
    setAsked(null);
    cancel.reset();
  };
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, ml: -0.75 }}>
      <Button component={RouterLink} size="small" to={`/orders/${number}/slip/${parcel.id}`}>
        {translate("va.parcel.slip")}
      </Button>
      {may("fulfillment.write") && (
        <>
          <Button onClick={() => setAsked("correct")} size="small">
            {translate("va.parcel.correct")}
          </Button>
          <Button color="error" onClick={() => setAsked("cancel")} size="small">
            {translate("va.parcel.take_back")}
          </Button>
        </>
      )}
      {asked === "correct" && <Correct file={file} onClose={close} onDone={finished} parcel={parcel} />}
      <Question
        danger
        doLabel={translate("va.parcel.take_back")}
        isDoing={cancel.isDoing}
        onClose={close}
        onDo={() => cancel.act(undefined)}
        open={asked === "cancel"}
        problem={cancel.problem}
        title={translate("va.parcel.take_back_ask", { place })}
      >
        {translate("va.parcel.take_back_text")}
      </Question>
    </Box>
  );
}
