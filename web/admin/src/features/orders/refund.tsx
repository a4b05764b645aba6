import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import TextField from "@mui/material/TextField";
import type { RefundPreview, RefundRequest } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type FormEvent, useState } from "react";
import { Link, useNavigate, useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { Below, type Column, Empty, Table } from "../../shell/table.tsx";
import { Code, useMoneyText } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { RefundSums } from "./refund-sums.tsx";
import { previewRefund, refundOrder } from "./requests.ts";
import { type OrderFile, useOrder } from "./use-order.ts";
import { type LineLeft, linesLeft, type Mistake, NOTHING_TYPED, type Typed, wishOf } from "./wish.ts";

const REASON_LENGTH_MAX = 200;
const AMOUNT_LENGTH_MAX = 20;

/** What the API said a wish comes to; it is confirmed as it was shown. */
interface Shown {
  readonly wish: RefundRequest;
  readonly sums: RefundPreview;
}

/** Giving money back: choose, see the sums, confirm. */
export default function RefundPage() {
  const { number = "" } = useParams();
  const { data: file, error, isPending, refetch } = useOrder(number);
  if (isPending) return <Waiting />;
  if (error !== null || file === undefined) return <Problem error={error} onRetry={() => void refetch()} />;
  return <Refund file={file} key={number} />;
}

function Refund({ file }: { file: OrderFile }) {
  const translate = useTranslate();
  const money = useMoneyText();
  const { number } = file.order;
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const [shown, setShown] = useState<Shown | null>(null);
  const back = { to: `/orders/${number}`, label: number };
  if (file.refundable === null) {
    return (
      <>
        <PageHead back={back} title={translate("va.refund.page", { number })} />
        <Empty>{translate("va.refund.none_left")}</Empty>
      </>
    );
  }
  if (shown !== null) return <Confirm file={file} onBack={() => setShown(null)} shown={shown} />;
  return (
    <>
      <PageHead
        back={back}
        below={translate("va.refund.lead", { most: money(file.refundable.amount) })}
        title={translate("va.refund.page", { number })}
      />
      <Choose file={file} onShown={setShown} onTyped={setTyped} refundable={file.refundable} typed={typed} />
    </>
  );
}

interface ChooseProps {
  readonly file: OrderFile;
  readonly refundable: RefundPreview;
  readonly typed: Typed;
  readonly onTyped: (typed: Typed) => void;
  readonly onShown: (shown: Shown) => void;
}

function Choose({ file, refundable, typed, onTyped, onShown }: ChooseProps) {
  const translate = useTranslate();
  const { number, currency } = file.order;
  const [mistake, setMistake] = useState<Mistake | null>(null);
  const preview = useDeed(
    async (wish: RefundRequest): Promise<Shown> => ({ wish, sums: await previewRefund(number, wish) }),
    { onDone: onShown },
  );
  const ask = (wanted: Typed) => {
    const wish = wishOf(wanted, currency);
    setMistake(typeof wish === "string" ? wish : null);
    preview.reset();
    if (typeof wish !== "string") preview.act(wish);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    ask({ ...typed, everything: false });
  };
  const problem = mistake ?? preview.problem;
  return (
    <Card component="form" onSubmit={send}>
      {problem !== null && (
        <Alert severity="error" sx={{ m: 2, mb: 0 }}>
          {translate(problem, { _: problem })}
        </Alert>
      )}
      <Quantities lines={linesLeft(file.order, refundable)} onTyped={onTyped} typed={typed} />
      <Amounts onTyped={onTyped} refundable={refundable} typed={typed} />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, p: 2, pt: 0 }}>
        <Button disabled={preview.isDoing} type="submit" variant="contained">
          {translate("va.refund.show")}
        </Button>
        <Button
          disabled={preview.isDoing}
          onClick={() => ask({ ...typed, everything: true })}
          variant="outlined"
        >
          {translate("va.refund.everything")}
        </Button>
      </Box>
    </Card>
  );
}

interface FieldsProps {
  readonly typed: Typed;
  readonly onTyped: (typed: Typed) => void;
}

function Quantities({ lines, typed, onTyped }: FieldsProps & { lines: readonly LineLeft[] }) {
  const translate = useTranslate();
  if (lines.length === 0) return null;
  const columns: readonly Column<LineLeft>[] = [
    {
      name: "product",
      title: translate("va.line.product"),
      cell: (line) => (
        <>
          {line.title}
          <Below>
            <Code>{line.sku}</Code>
          </Below>
        </>
      ),
    },
    {
      name: "left",
      title: translate("va.refund.can_go_back"),
      numeric: true,
      cell: (line) => translate("va.refund.of", { left: line.left, ordered: line.ordered }),
    },
    {
      name: "quantity",
      title: translate("va.refund.give_back"),
      numeric: true,
      cell: (line) => (
        <TextField
          onChange={(event) =>
            onTyped({ ...typed, quantities: { ...typed.quantities, [line.position]: event.target.value } })
          }
          placeholder="0"
          slotProps={{
            htmlInput: {
              "aria-label": translate("va.refund.how_many", { sku: line.sku }),
              inputMode: "numeric",
              max: line.left,
              min: 0,
            },
          }}
          sx={{ width: 88 }}
          type="number"
          value={typed.quantities[line.position] ?? ""}
        />
      ),
    },
  ];
  return (
    <Table
      caption={translate("va.refund.lines")}
      columns={columns}
      keyOf={(line) => String(line.position)}
      rows={lines}
    />
  );
}

function Amounts({ refundable, typed, onTyped }: FieldsProps & { refundable: RefundPreview }) {
  const translate = useTranslate();
  const money = useMoneyText();
  const amount = { htmlInput: { inputMode: "decimal", maxLength: AMOUNT_LENGTH_MAX } } as const;
  return (
    <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: { sm: "1fr 1fr" }, p: 2, pt: 2.5 }}>
      {refundable.shipping.minor_units > 0 && (
        <TextField
          helperText={translate("va.refund.shipping_left", { left: money(refundable.shipping) })}
          label={translate("va.refund.shipping")}
          onChange={(event) => onTyped({ ...typed, shipping: event.target.value })}
          slotProps={amount}
          value={typed.shipping}
        />
      )}
      <TextField
        helperText={translate("va.refund.goodwill_help")}
        label={translate("va.refund.goodwill")}
        onChange={(event) => onTyped({ ...typed, goodwill: event.target.value })}
        slotProps={amount}
        value={typed.goodwill}
      />
      <TextField
        label={translate("va.refund.reason")}
        onChange={(event) => onTyped({ ...typed, reason: event.target.value })}
        slotProps={{ htmlInput: { maxLength: REASON_LENGTH_MAX } }}
        sx={{ gridColumn: { sm: "1 / -1" } }}
        value={typed.reason}
      />
    </Box>
  );
}

function Confirm({ file, shown, onBack }: { file: OrderFile; shown: Shown; onBack: () => void }) {
  const translate = useTranslate();
  const money = useMoneyText();
  const navigate = useNavigate();
  const { show } = useOrder(file.order.number);
  const { number } = file.order;
  const [sums, setSums] = useState(shown.sums);
  const [hasChanged, setChanged] = useState(false);
  const give = useDeed(
    async (confirmed: RefundPreview) => {
      // What is sent must come to what was read: somebody else may have given something back meanwhile.
      const now = await previewRefund(number, shown.wish);
      if (JSON.stringify(now) !== JSON.stringify(confirmed)) return now;
      await refundOrder(number, shown.wish);
      return null;
    },
    {
      onDone: (changed) => {
        setChanged(changed !== null);
        if (changed !== null) {
          setSums(changed);
          return;
        }
        void show();
        navigate(`/orders/${number}`);
      },
    },
  );
  const amount = money(sums.amount);
  return (
    <>
      <PageHead
        back={{ to: `/orders/${number}`, label: number }}
        title={translate("va.refund.ask", { amount })}
      />
      <Card sx={{ maxWidth: "36rem" }}>
        {hasChanged && (
          <Alert severity="warning" sx={{ m: 2, mb: 0 }}>
            {translate("va.refund.changed")}
          </Alert>
        )}
        {give.problem !== null && (
          <Alert severity="error" sx={{ m: 2, mb: 0 }}>
            {translate(give.problem, { _: give.problem })}
          </Alert>
        )}
        <RefundSums order={file.order} reason={shown.wish.reason ?? ""} sums={sums} />
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, p: 2 }}>
          <Button color="error" disabled={give.isDoing} onClick={() => give.act(sums)} variant="contained">
            {translate("va.refund.give", { amount })}
          </Button>
          <Button onClick={onBack}>{translate("va.refund.change")}</Button>
          <Button component={Link} to={`/orders/${number}`}>
            {translate("va.action.leave")}
          </Button>
        </Box>
      </Card>
    </>
  );
}
