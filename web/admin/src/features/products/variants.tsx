import DownIcon from "@mui/icons-material/ArrowDownwardOutlined";
import UpIcon from "@mui/icons-material/ArrowUpwardOutlined";
import RemoveIcon from "@mui/icons-material/DeleteOutlined";
import MoreIcon from "@mui/icons-material/TuneOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { StaffVariant } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { type Column, Table } from "../../shell/table.tsx";
import { VARIANTS_MAX } from "./axes.ts";
import { type VariantDraft, withVariant } from "./draft.ts";
import type { Part } from "./editor.tsx";
import { moved } from "./order.ts";
import { NO_PRICE, type TypedPrice } from "./typed.ts";
import { VariantMore } from "./variant-more.tsx";

const AMOUNT_LENGTH_MAX = 14;
const SKU_LENGTH_MAX = 64;

/** Everything that is sold, as a grid: SKUs, values of the options, prices in every currency, stock. */
export function Variants({ draft, onDraft, currencies }: Part & { currencies: readonly string[] }) {
  const translate = useTranslate();
  const [opened, setOpened] = useState<string | null>(null);
  const { variants, product } = draft;
  const set = (changed: readonly VariantDraft[]) => onDraft({ ...draft, variants: changed });
  const setOne = (changed: VariantDraft) =>
    set(variants.map((each) => (each.key === changed.key ? changed : each)));
  const change = (variant: VariantDraft, fields: Partial<StaffVariant>) =>
    setOne({ ...variant, fields: { ...variant.fields, ...fields } });
  const open = variants.find((each) => each.key === opened);
  const columns: readonly Column<VariantDraft>[] = [
    {
      name: "sku",
      title: translate("va.product.sku"),
      cell: (variant) => (
        <TextField
          onChange={(event) => change(variant, { sku: event.target.value })}
          slotProps={{
            htmlInput: {
              "aria-label": translate("va.variant.sku_of", { number: variants.indexOf(variant) + 1 }),
              maxLength: SKU_LENGTH_MAX,
            },
          }}
          sx={{ width: 190 }}
          value={variant.fields.sku}
        />
      ),
    },
    ...product.options.map(
      (option, axis): Column<VariantDraft> => ({
        name: `option ${axis}`,
        title: option.name || translate("va.option.number", { number: axis + 1 }),
        cell: (variant) => (
          <Choice
            label={`${option.name} · ${nameOf(variant, variants)}`}
            onValue={(value) =>
              change(variant, {
                option_values: variant.fields.option_values.map((each, at) => (at === axis ? value : each)),
              })
            }
            value={variant.fields.option_values[axis] ?? ""}
            values={option.values}
          />
        ),
      }),
    ),
    ...currencies.flatMap((currency) => priceColumns(currency, variants, setOne, translate)),
    {
      name: "stock",
      title: translate("va.goods.available"),
      numeric: true,
      cell: ({ fields }) =>
        fields.tracked ? (fields.stock?.available ?? "–") : translate("va.product.not_counted"),
    },
    {
      name: "deeds",
      title: translate("va.list.actions"),
      untitled: true,
      cell: (variant) => (
        <Deeds
          count={variants.length}
          name={nameOf(variant, variants)}
          onMore={() => setOpened(variant.key)}
          onMove={(to) => set(moved(variants, variants.indexOf(variant), to))}
          onRemove={() => set(variants.filter((each) => each !== variant))}
          place={variants.indexOf(variant)}
        />
      ),
    },
  ];
  return (
    <>
      <Table
        caption={translate("va.product.variants")}
        columns={columns}
        keyOf={(variant) => variant.key}
        rows={variants}
      />
      {variants.length < VARIANTS_MAX && (
        <Box sx={{ p: 2 }}>
          <Button
            onClick={() =>
              onDraft(
                withVariant(
                  draft,
                  product.options.map(() => ""),
                ),
              )
            }
            variant="outlined"
          >
            {translate("va.variant.add")}
          </Button>
        </Box>
      )}
      {open !== undefined && (
        <VariantMore
          images={product.images}
          name={nameOf(open, variants)}
          onChange={(fields) => change(open, fields)}
          onClose={() => setOpened(null)}
          variant={open.fields}
        />
      )}
    </>
  );
}

function nameOf({ fields }: VariantDraft, variants: readonly VariantDraft[]): string {
  return fields.sku || String(variants.findIndex((each) => each.fields === fields) + 1);
}

function priceColumns(
  currency: string,
  variants: readonly VariantDraft[],
  onVariant: (variant: VariantDraft) => void,
  translate: ReturnType<typeof useTranslate>,
): Column<VariantDraft>[] {
  const field = (variant: VariantDraft, which: keyof TypedPrice) => {
    const price = variant.prices[currency] ?? NO_PRICE;
    const label = translate(`va.product.${which === "amount" ? "price_of" : "former_price_of"}`, {
      sku: nameOf(variant, variants),
      currency,
    });
    return (
      <TextField
        onChange={(event) =>
          onVariant({
            ...variant,
            prices: { ...variant.prices, [currency]: { ...price, [which]: event.target.value } },
          })
        }
        slotProps={{ htmlInput: { "aria-label": label, inputMode: "decimal", maxLength: AMOUNT_LENGTH_MAX } }}
        sx={{ width: 104 }}
        value={price[which]}
      />
    );
  };
  return [
    {
      name: `price ${currency}`,
      title: translate("va.product.price_in", { currency }),
      cell: (variant) => field(variant, "amount"),
    },
    {
      name: `former ${currency}`,
      title: translate("va.product.former_price_in", { currency }),
      cell: (variant) => field(variant, "compareAt"),
    },
  ];
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly onValue: (value: string) => void;
}

/** One of an option's values; a value that the option has no more is still shown. */
function Choice({ label, value, values, onValue }: ChoiceProps) {
  const choices = values.includes(value) ? values : [value, ...values];
  return (
    <TextField
      onChange={(event) => onValue(event.target.value)}
      select
      slotProps={{ select: { displayEmpty: true, SelectDisplayProps: { "aria-label": label } } }}
      sx={{ width: 120 }}
      value={value}
    >
      {choices.map((each) => (
        <MenuItem key={each} value={each}>
          {each || "–"}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface DeedsProps {
  readonly name: string;
  readonly place: number;
  readonly count: number;
  readonly onMore: () => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

function Deeds({ name, place, count, onMore, onMove, onRemove }: DeedsProps) {
  const translate = useTranslate();
  return (
    <Box component="span" sx={{ whiteSpace: "nowrap" }}>
      <IconButton aria-label={translate("va.variant.more_of", { name })} onClick={onMore} size="small">
        <MoreIcon fontSize="small" />
      </IconButton>
      <IconButton
        aria-label={translate("va.variant.earlier", { name })}
        disabled={place === 0}
        onClick={() => onMove(place - 1)}
        size="small"
      >
        <UpIcon fontSize="small" />
      </IconButton>
      <IconButton
        aria-label={translate("va.variant.later", { name })}
        disabled={place === count - 1}
        onClick={() => onMove(place + 1)}
        size="small"
      >
        <DownIcon fontSize="small" />
      </IconButton>
      <IconButton
        aria-label={translate("va.variant.remove", { name })}
        disabled={count === 1}
        onClick={onRemove}
        size="small"
      >
        <RemoveIcon fontSize="small" />
      </IconButton>
    </Box>
  );
}
