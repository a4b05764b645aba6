import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import LinearProgress from "@mui/material/LinearProgress";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { ExportRequest } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type DragEvent, type ReactNode, useId, useRef, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useShop } from "../products/use-shop.ts";
import { beginExport, sendFile } from "./requests.ts";

const BYTES_MAX = 32 * 1024 * 1024;
const MIB = 1024 * 1024;
const ALL_PERCENT = 100;
const FORMATS = ["shopify-new", "shopify"] as const;

interface Props {
  readonly onClose: () => void;
}

/** Asks for a file and has it checked; nothing is changed by that. */
export function NewImport({ onClose }: Props) {
  const translate = useTranslate();
  const navigate = useNavigate();
  const chooser = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const [currency, currencyField] = useCurrency();
  const send = useDeed((chosen: File) => sendFile(chosen, currency, setSent), {
    onDone: (transfer) => navigate(`/transfers/${transfer.id}`),
  });
  const isTooLarge = file !== null && file.size > BYTES_MAX;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setFile(event.dataTransfer.files[0] ?? null);
  };
  const problem = isTooLarge ? translate("va.transfer.too_large", { mib: BYTES_MAX / MIB }) : send.problem;
  return (
    <Asked
      canDo={file !== null && !isTooLarge && !send.isDoing}
      doLabel={translate("va.transfer.check_it")}
      onClose={onClose}
      onDo={() => file !== null && send.act(file)}
      problem={problem}
      title={translate("va.transfer.import")}
    >
      <Box component="p" sx={{ m: 0 }}>
        {translate("va.transfer.import_lead")}
      </Box>
      <Box
        onDragOver={(event) => event.preventDefault()}
        onDrop={drop}
        sx={{ border: "2px dashed", borderColor: "divider", borderRadius: 2, p: 3, textAlign: "center" }}
      >
        <Box component="p" role="status" sx={{ m: 0, mb: 1, overflowWrap: "anywhere" }}>
          {file?.name ?? translate("va.transfer.drop")}
        </Box>
        <Button onClick={() => chooser.current?.click()} variant="outlined">
          {translate("va.transfer.choose")}
        </Button>
        <input
          accept=".csv,text/csv"
          hidden
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          ref={chooser}
          type="file"
        />
      </Box>
      {currencyField}
      {send.isDoing && (
        <LinearProgress
          aria-label={translate("va.transfer.sending")}
          value={ALL_PERCENT * sent}
          variant={sent < 1 ? "determinate" : "indeterminate"}
        />
      )}
    </Asked>
  );
}

/** Asks which headers the file shall have. */
export function NewExport({ onClose }: Props) {
  const translate = useTranslate();
  const navigate = useNavigate();
  const [format, setFormat] = useState<ExportRequest["format"] & string>(FORMATS[0]);
  const [currency, currencyField] = useCurrency();
  const begin = useDeed(beginExport, { onDone: (transfer) => navigate(`/transfers/${transfer.id}`) });
  return (
    <Asked
      canDo={!begin.isDoing && currency !== ""}
      doLabel={translate("va.transfer.export_it")}
      onClose={onClose}
      onDo={() => begin.act({ format, currency })}
      problem={begin.problem}
      title={translate("va.transfer.export")}
    >
      <Box component="p" sx={{ m: 0 }}>
        {translate("va.transfer.export_lead")}
      </Box>
      <TextField
        label={translate("va.transfer.format")}
        onChange={(event) => setFormat(event.target.value as typeof format)}
        select
        value={format}
      >
        {FORMATS.map((each) => (
          <MenuItem key={each} value={each}>
            {translate(`va.transfer.formats.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      {currencyField}
    </Asked>
  );
}

/** Return the currency of plain price columns, and the field that asks for it. */
function useCurrency(): readonly [string, ReactNode] {
  const translate = useTranslate();
  const shop = useShop();
  const [chosen, setChosen] = useState("");
  const currencies = shop?.currencies ?? [];
  const currency = chosen || (currencies[0] ?? "");
  const field = (
    <TextField
      helperText={translate("va.transfer.currency_help")}
      label={translate("va.report.currency")}
      onChange={(event) => setChosen(event.target.value)}
      select
      value={currency}
    >
      {currencies.map((code) => (
        <MenuItem key={code} value={code}>
          {code}
        </MenuItem>
      ))}
    </TextField>
  );
  return [currency, field];
}

interface AskedProps {
  readonly title: string;
  readonly doLabel: string;
  readonly canDo: boolean;
  readonly problem: string | null;
  readonly onDo: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function Asked({ title, doLabel, canDo, problem, onDo, onClose, children }: AskedProps) {
  const translate = useTranslate();
  const id = useId();
  return (
    <Dialog aria-labelledby={id} fullWidth maxWidth="sm" onClose={onClose} open>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        {problem !== null && <Alert severity="error">{translate(problem, { _: problem })}</Alert>}
        {children}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>{translate("va.action.back")}</Button>
        <Button disabled={!canDo} onClick={onDo} variant="contained">
          {doLabel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
