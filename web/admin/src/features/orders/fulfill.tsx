import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { Carrier, NewShipment, StaffShipment, TrackingIn } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { Below, type Column, Table } from "../../shell/table.tsx";
import { Code } from "../../shell/values.tsx";
import {
  everything,
  type Mistake,
  OTHER,
  type Packed,
  packed,
  parcelOf,
  type TypedParcel,
  type TypedTracking,
  trackingOf,
} from "./parcel.ts";
import { correctParcel, listCarriers, shipOrder } from "./requests.ts";
import type { OrderFile } from "./use-order.ts";

const NAME_LENGTH_MAX = 60;
const NUMBER_LENGTH_MAX = 64;

interface Props {
  readonly file: OrderFile;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Sends a parcel: what goes into it, who carries it, under which number. */
export function Fulfill({ file, onClose, onDone }: Props) {
  const { data } = useRead(["carriers"], listCarriers);
  if (data === undefined) return null;
  return <Pack carriers={data.items} file={file} onClose={onClose} onDone={onDone} />;
}

function Pack({ file, carriers, onClose, onDone }: Props & { carriers: readonly Carrier[] }) {
  const translate = useTranslate();
  const { number } = file.order;
  const [typed, setTyped] = useState(() => everything(file, carriers[0]?.key ?? ""));
  const [mistake, setMistake] = useState<Mistake | null>(null);
  const ship = useDeed((body: NewShipment) => shipOrder(number, body), {
    done: "va.parcel.sent",
    onDone,
  });
  const send = () => {
    const parcel = parcelOf(typed);
    setMistake(typeof parcel === "string" ? parcel : null);
    ship.reset();
    if (typeof parcel !== "string") ship.act(parcel);
  };
  return (
    <ParcelForm
      doLabel={translate("va.parcel.send")}
      isDoing={ship.isDoing}
      onClose={onClose}
      onSend={send}
      problem={mistake ?? ship.problem}
      title={translate("va.parcel.send_of", { number })}
    >
      <Quantities lines={packed(file.order, file.left_to_ship)} onTyped={setTyped} typed={typed} />
      <TrackingFields
        carriers={carriers}
        onTyped={(tracking) => setTyped({ ...typed, ...tracking })}
        typed={typed}
      />
      <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
        {translate("va.parcel.mail_follows", { email: file.order.email })}
      </Box>
    </ParcelForm>
  );
}

/** Writes another carrier or number on a parcel. */
export function Correct({ file, parcel, onClose, onDone }: Props & { parcel: StaffShipment }) {
  const translate = useTranslate();
  const { data } = useRead(["carriers"], listCarriers);
  const [typed, setTyped] = useState<TypedTracking>({
    carrier: parcel.carrier === "" && parcel.carrier_name !== "" ? OTHER : parcel.carrier,
    name: parcel.carrier_name,
    number: parcel.tracking_number,
  });
  const [mistake, setMistake] = useState<Mistake | null>(null);
  const correct = useDeed((body: TrackingIn) => correctParcel(file.order.number, parcel.id, body), {
    done: "va.parcel.corrected",
    onDone,
  });
  if (data === undefined) return null;
  const send = () => {
    const tracking = trackingOf(typed);
    setMistake(typeof tracking === "string" ? tracking : null);
    correct.reset();
    if (typeof tracking !== "string") correct.act(tracking);
  };
  return (
    <ParcelForm
      doLabel={translate("va.parcel.correct_do")}
      isDoing={correct.isDoing}
      onClose={onClose}
      onSend={send}
      problem={mistake ?? correct.problem}
      title={translate("va.parcel.correct")}
    >
      <TrackingFields carriers={data.items} onTyped={setTyped} typed={typed} />
      <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
        {translate("va.parcel.correct_text")}
      </Box>
    </ParcelForm>
  );
}

interface FormProps {
  readonly title: string;
  readonly doLabel: string;
  readonly isDoing: boolean;
  readonly problem: string | null;
  readonly onSend: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function ParcelForm({ title, doLabel, isDoing, problem, onSend, onClose, children }: FormProps) {
  const translate = useTranslate();
  const id = useId();
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <Dialog aria-labelledby={id} fullWidth maxWidth="sm" onClose={onClose} open>
      <DialogTitle id={id}>{title}</DialogTitle>
      <Box component="form" noValidate onSubmit={send}>
        <DialogContent sx={{ display: "grid", gap: 2.5, pt: 1 }}>
          {problem !== null && <Alert severity="error">{translate(problem, { _: problem })}</Alert>}
          {children}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>{translate("va.action.back")}</Button>
          <Button disabled={isDoing} type="submit" variant="contained">
            {doLabel}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}

interface QuantitiesProps {
  readonly lines: readonly Packed[];
  readonly typed: TypedParcel;
  readonly onTyped: (typed: TypedParcel) => void;
}

function Quantities({ lines, typed, onTyped }: QuantitiesProps) {
  const translate = useTranslate();
  const columns: readonly Column<Packed>[] = [
    {
      name: "product",
      title: translate("va.line.product"),
      cell: (line) => (
        <>
          {line.title}
          {line.variant !== "" && <Below>{line.variant}</Below>}
          <Below>
            <Code>{line.sku}</Code>
          </Below>
        </>
      ),
    },
    {
      name: "left",
      title: translate("va.parcel.left"),
      numeric: true,
      cell: (line) => translate("va.refund.of", { left: line.quantity, ordered: line.ordered }),
    },
    {
      name: "quantity",
      title: translate("va.parcel.into"),
      numeric: true,
      cell: (line) => (
        <TextField
          onChange={(event) =>
            onTyped({ ...typed, quantities: { ...typed.quantities, [line.position]: event.target.value } })
          }
          placeholder="0"
          size="small"
          slotProps={{
            htmlInput: {
              "aria-label": translate("va.parcel.how_many", { sku: line.sku }),
              inputMode: "numeric",
              max: line.quantity,
              min: 0,
            },
          }}
          sx={{ width: 84 }}
          type="number"
          value={typed.quantities[line.position] ?? ""}
        />
      ),
    },
  ];
  return (
    <Box sx={{ mx: -2 }}>
      <Table
        caption={translate("va.parcel.contents")}
        columns={columns}
        keyOf={(line) => String(line.position)}
        rows={lines}
      />
    </Box>
  );
}

interface TrackingProps {
  readonly carriers: readonly Carrier[];
  readonly typed: TypedTracking;
  readonly onTyped: (typed: TypedTracking) => void;
}

function TrackingFields({ carriers, typed, onTyped }: TrackingProps) {
  const translate = useTranslate();
  const { carrier, name, number } = typed;
  return (
    <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: { sm: "1fr 1fr" } }}>
      <TextField
        label={translate("va.parcel.carrier")}
        onChange={(event) => onTyped({ carrier: event.target.value, name, number })}
        select
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        value={carrier}
      >
        {carriers.map((each) => (
          <MenuItem key={each.key} value={each.key}>
            {each.name}
          </MenuItem>
        ))}
        <MenuItem value={OTHER}>{translate("va.parcel.another")}</MenuItem>
        <MenuItem value="">{translate("va.parcel.nobody")}</MenuItem>
      </TextField>
      <TextField
        label={translate("va.parcel.number")}
        onChange={(event) => onTyped({ carrier, name, number: event.target.value })}
        slotProps={{ htmlInput: { maxLength: NUMBER_LENGTH_MAX, autoComplete: "off" } }}
        value={number}
      />
      {carrier === OTHER && (
        <TextField
          label={translate("va.parcel.carrier_name")}
          onChange={(event) => onTyped({ carrier, name: event.target.value, number })}
          required
          slotProps={{ htmlInput: { maxLength: NAME_LENGTH_MAX } }}
          sx={{ gridColumn: "1 / -1" }}
          value={name}
        />
      )}
    </Box>
  );
}
