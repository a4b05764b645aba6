import Checkbox from "@mui/material/Checkbox";
import TextField from "@mui/material/TextField";
import type { StaffVariant } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Below, type Column, Table } from "../../shell/table.tsx";
import { Code } from "../../shell/values.tsx";
import type { TypedPrice } from "./draft.ts";
import type { Part } from "./page.tsx";

const NO_PRICE: TypedPrice = { amount: "", compareAt: "" };
const AMOUNT_LENGTH_MAX = 14;

/** Everything that is sold, as a grid: prices in every currency, what was asked before, stock. */
export function Variants({ draft, onDraft, currencies }: Part & { currencies: readonly string[] }) {
  const translate = useTranslate();
  const setPrice = (sku: string, currency: string, price: TypedPrice) =>
    onDraft({ ...draft, prices: { ...draft.prices, [sku]: { ...draft.prices[sku], [currency]: price } } });
  const setVariant = (changed: StaffVariant) =>
    onDraft({
      ...draft,
      product: {
        ...draft.product,
        variants: draft.product.variants.map((each) => (each.sku === changed.sku ? changed : each)),
      },
    });
  const field = (variant: StaffVariant, currency: string, which: keyof TypedPrice) => {
    const price = draft.prices[variant.sku]?.[currency] ?? NO_PRICE;
    const name = translate(`va.product.${which === "amount" ? "price_of" : "former_price_of"}`, {
      sku: variant.sku,
      currency,
    });
    return (
      <TextField
        onChange={(event) => setPrice(variant.sku, currency, { ...price, [which]: event.target.value })}
        slotProps={{ htmlInput: { "aria-label": name, inputMode: "decimal", maxLength: AMOUNT_LENGTH_MAX } }}
        sx={{ width: 104 }}
        value={price[which]}
      />
    );
  };
  const columns: readonly Column<StaffVariant>[] = [
    {
      name: "sku",
      title: translate("va.product.variant"),
      cell: (variant) => (
        <>
          {variant.option_values.join(" / ") || translate("va.product.only_variant")}
          <Below>
            <Code>{variant.sku}</Code>
          </Below>
        </>
      ),
    },
    ...currencies.flatMap((currency): Column<StaffVariant>[] => [
      {
        name: `price ${currency}`,
        title: translate("va.product.price_in", { currency }),
        cell: (variant) => field(variant, currency, "amount"),
      },
      {
        name: `former ${currency}`,
        title: translate("va.product.former_price_in", { currency }),
        cell: (variant) => field(variant, currency, "compareAt"),
      },
    ]),
    {
      name: "tracked",
      title: translate("va.product.counted"),
      cell: (variant) => (
        <Checkbox
          checked={variant.tracked}
          onChange={(_, tracked) => setVariant({ ...variant, tracked })}
          slotProps={{ input: { "aria-label": translate("va.product.counted_of", { sku: variant.sku }) } }}
        />
      ),
    },
    {
      name: "stock",
      title: translate("va.goods.available"),
      numeric: true,
      cell: (variant) => variant.stock?.available ?? "–",
    },
  ];
  return (
    <Table
      caption={translate("va.product.variants")}
      columns={columns}
      keyOf={(variant) => variant.sku}
      rows={draft.product.variants}
    />
  );
}
