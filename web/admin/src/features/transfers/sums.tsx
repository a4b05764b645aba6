import type { Tally, Transfer } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type Column, Table } from "../../shell/table.tsx";

const SUMS = [
  "created",
  "changed",
  "unchanged",
  "refused",
  "categories_created",
  "stock_set",
  "pictures_fetched",
  "pictures_failed",
] as const satisfies readonly (keyof Tally)[];

/** The file's own numbers: what the check foretold beside what happened. */
export function Sums({ transfer }: { transfer: Transfer }) {
  const translate = useTranslate();
  const { check, result } = transfer;
  const isRun = transfer.step !== "check";
  const shown = SUMS.filter((name) => name in ALWAYS || check[name] + result[name] > 0);
  const columns: readonly Column<(typeof SUMS)[number]>[] = [
    {
      name: "what",
      title: translate("va.transfer.what"),
      cell: (name) => translate(`va.transfer.sum.${name}`),
    },
    { name: "check", title: translate("va.transfer.foretold"), numeric: true, cell: (name) => check[name] },
  ];
  const happened = {
    name: "result",
    title: translate("va.transfer.happened"),
    numeric: true,
    cell: (name: (typeof SUMS)[number]) => result[name],
  };
  return (
    <Table
      caption={translate("va.transfer.sums")}
      columns={isRun ? [...columns, happened] : columns}
      keyOf={(name) => name}
      rows={shown}
    />
  );
}

const ALWAYS = { created: true, changed: true, unchanged: true, refused: true };
