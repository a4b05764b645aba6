import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useTranslate } from "ra-core";
import { type ReactNode, useId } from "react";

interface Props {
  readonly open: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What the button says: the deed, not "OK". */
  readonly doLabel: string;
  readonly danger?: boolean;
  readonly isDoing: boolean;
  readonly problem: string | null;
  readonly onDo: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function Question({
  open,
  title,
  children,
  doLabel,
  danger = false,
  isDoing,
  problem,
  onDo,
  onClose,
}: Props) {
  const translate = useTranslate();
  const id = useId();
  return (
    <Dialog aria-labelledby={id} fullWidth maxWidth="sm" onClose={onClose} open={open}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        {problem !== null && <Alert severity="error">{translate(problem, { _: problem })}</Alert>}
        <div>{children}</div>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button autoFocus onClick={onClose}>
          {translate("va.action.back")}
        </Button>
        <Button color={danger ? "error" : "primary"} disabled={isDoing} onClick={onDo} variant="contained">
          {doLabel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
