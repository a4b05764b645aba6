import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { Return } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { useDeed } from "../../api/use-deed.ts";
import { Question } from "../../shell/question.tsx";
import type { OrderFile } from "../orders/use-order.ts";
import { receiveReturn } from "./requests.ts";

interface Came {
  readonly position: number;
  readonly received: number;
  readonly restocked: number;
}

/** Asks what came and what of it can be sold again; the money of what came goes back. */
export function ReceiveDialog({
  file,
  found,
  onClose,
  onDone,
}: {
  file: OrderFile;
  found: Return;
  onClose: () => void;
  onDone: () => void;
}) {
  const translate = useTranslate();
  const [came, setCame] = useState<readonly Came[]>(
    found.lines.map(({ position, quantity }) => ({ position, received: quantity, restocked: quantity })),
  );
  const deed = useDeed(receiveReturn, { done: "va.return.receive.done", onDone });
  const titles = new Map(file.order.lines.map((line) => [line.position, line.title]));
  const set = (position: number, change: Partial<Came>) =>
    setCame((known) =>
      known.map((each) => {
        if (each.position !== position) return each;
        const next = { ...each, ...change };
        return { ...next, restocked: Math.min(next.restocked, next.received) };
      }),
    );
  return (
    <Question
      doLabel={translate("va.return.receive.do")}
      isDoing={deed.isDoing}
      onClose={onClose}
      onDo={() => deed.act({ return_id: found.id, lines: came.map((each) => ({ ...each })) })}
      open
      problem={deed.problem}
      title={translate("va.return.receive.ask")}
    >
      <p>{translate("va.return.receive.text")}</p>
      {found.lines.map(({ position, sku, quantity }) => {
        const now = came.find((each) => each.position === position);
        const title = titles.get(position) ?? sku;
        return (
          <Box key={position} sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "1fr 1fr", mt: 2 }}>
            <Box sx={{ gridColumn: "1 / -1", fontWeight: 600 }}>{title}</Box>
            <Count
              label={translate("va.return.received")}
              max={quantity}
              name={translate("va.return.received_of", { title })}
              onChange={(received) => set(position, { received })}
              value={now?.received ?? 0}
            />
            <Count
              label={translate("va.return.restocked")}
              max={now?.received ?? 0}
              name={translate("va.return.restocked_of", { title })}
              onChange={(restocked) => set(position, { restocked })}
              value={now?.restocked ?? 0}
            />
          </Box>
        );
      })}
    </Question>
  );
}

function Count({
  label,
  name,
  max,
  value,
  onChange,
}: {
  label: string;
  name: string;
  max: number;
  value: number;
  onChange: (count: number) => void;
}) {
  return (
    <TextField
      label={label}
      onChange={(event) => onChange(Number(event.target.value))}
      select
      slotProps={{ select: { SelectDisplayProps: { "aria-label": name } } }}
      value={value}
    >
      {Array.from({ length: max + 1 }, (_, count) => String(count)).map((count) => (
        <MenuItem key={count} value={Number(count)}>
          {count}
        </MenuItem>
      ))}
    </TextField>
  );
}
