import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import TextField from "@mui/material/TextField";
import { visuallyHidden } from "@mui/utils";
import { useLocale, useTranslate } from "ra-core";
import { type ReactNode, useEffect, useId, useState } from "react";
import { useNavigate } from "react-router-dom";
import { ask } from "../api/calls.ts";
import { api } from "../api/session.ts";
import { useRead } from "../api/use-read.ts";
import { useMay } from "./may.ts";
import { GROUPS } from "./places.ts";

/** Asked when the typing rests for so long. */
const REST_MS = 200;
const FOUND_MAX = 6;
const WORDS_LENGTH_MAX = 100;
/** Shorter beginnings fit too many customers. */
const NAME_LENGTH_MIN = 2;

/** Something to go to. */
interface Goal {
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly beside?: string;
  /** Null leads to the list of keys. */
  readonly to: string | null;
}

interface Props {
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

/** Leads to pages by their name, to orders by number, name or e-mail, to customers by address or name, to products by name or SKU. */
export default function Palette({ onClose, onHelp }: Props) {
  const translate = useTranslate();
  const navigate = useNavigate();
  const title = useId();
  const [words, setWords] = useState("");
  const asked = useRested(words.trim());
  const { goals, isFinding } = useGoals(words.trim(), asked);
  const go = (goal: Goal | null) => {
    if (goal === null) return;
    onClose();
    if (goal.to === null) onHelp();
    else navigate(goal.to);
  };
  return (
    <Dialog
      aria-labelledby={title}
      fullWidth
      maxWidth="sm"
      onClose={onClose}
      open
      slotProps={{ paper: { sx: { position: "fixed", top: { xs: 0, sm: "12vh" }, m: { xs: 1, sm: 2 } } } }}
    >
      <h2 id={title} style={visuallyHidden}>
        {translate("va.palette.open")}
      </h2>
      <Autocomplete<Goal>
        autoHighlight
        clearOnBlur={false}
        filterOptions={(all) => all}
        getOptionKey={(goal) => goal.id}
        getOptionLabel={(goal) => goal.name}
        inputValue={words}
        loading={isFinding}
        loadingText={translate("va.shell.loading")}
        noOptionsText={translate("va.palette.nothing")}
        onChange={(_, goal) => go(goal)}
        onInputChange={(_, typed, reason) => {
          if (reason !== "reset") setWords(typed);
        }}
        open
        options={goals}
        popupIcon={null}
        renderInput={(params) => (
          <TextField
            {...params}
            autoFocus
            placeholder={translate("va.palette.placeholder")}
            slotProps={{
              ...params.slotProps,
              htmlInput: {
                ...params.slotProps.htmlInput,
                "aria-label": translate("va.palette.placeholder"),
                maxLength: WORDS_LENGTH_MAX,
              },
            }}
            sx={{ p: 1.5 }}
          />
        )}
        renderOption={({ key, ...props }, goal) => (
          <Box
            component="li"
            key={key}
            {...props}
            sx={{ gap: 1.5, justifyContent: "space-between !important" }}
          >
            <span>{goal.name}</span>
            <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
              {[goal.beside, goal.group].filter(Boolean).join(" · ")}
            </Box>
          </Box>
        )}
        slotProps={{ listbox: { sx: { maxHeight: "50vh" } }, paper: { elevation: 0, sx: { border: 0 } } }}
        slots={{ popper: InPlace }}
        value={null}
      />
    </Dialog>
  );
}

/** The list stands below its field, inside the dialog. */
function InPlace({ children }: { children?: ReactNode | ((state: never) => ReactNode) }) {
  return <Box sx={{ borderTop: 1, borderColor: "divider" }}>{children as ReactNode}</Box>;
}

/** Return the text once it has rested. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** Return what fits the words: pages at once, orders and products once they are found. */
function useGoals(words: string, asked: string) {
  const translate = useTranslate();
  const locale = useLocale();
  const may = useMay();
  const orders = useRead(["palette", "orders", asked], () => findOrders(asked), {
    enabled: asked !== "" && may("orders.read"),
  });
  const products = useRead(["palette", "products", asked, locale], () => findProducts(asked, locale), {
    enabled: asked !== "" && may("catalogue.read"),
  });
  const customers = useRead(["palette", "customers", asked], () => findCustomers(asked), {
    enabled: asked.length >= NAME_LENGTH_MIN && may("customers.read"),
  });
  const found =
    asked === "" ? [] : [...(orders.data ?? []), ...(customers.data ?? []), ...(products.data ?? [])];
  const pages = GROUPS.flatMap((group) => group.places)
    .filter((place) => may(place.needs))
    .map((place) => ({
      id: place.to,
      name: translate(`va.nav.${place.name}`),
      to: place.to,
      group: "pages",
    }));
  const help = { id: "?", name: translate("va.keys.title"), beside: "?", to: null, group: "pages" };
  const wanted = words.toLocaleLowerCase();
  const fitting = [...pages, help].filter((page) => page.name.toLocaleLowerCase().includes(wanted));
  const goals: Goal[] = [...fitting, ...found].map((goal) => ({
    ...goal,
    group: translate(`va.palette.groups.${goal.group}`),
  }));
  return {
    goals,
    isFinding: orders.isFetching || customers.isFetching || products.isFetching || asked !== words,
  };
}

async function findOrders(q: string): Promise<Goal[]> {
  const query = { q, limit: FOUND_MAX };
  const { items } = await ask(() => api.GET("/api/v1/staff/orders", { params: { query } }));
  return items.map(({ number, email }) => ({
    id: `order ${number}`,
    group: "orders",
    name: number,
    beside: email,
    to: `/orders/${number}`,
  }));
}

/** Customers are found by how their address or name begins. */
async function findCustomers(q: string): Promise<Goal[]> {
  const query = { q, limit: FOUND_MAX };
  const { items } = await ask(() => api.GET("/api/v1/staff/customers", { params: { query } }));
  return items.map(({ id, name, email }) => ({
    id: `customer ${id}`,
    group: "customers",
    name: name || email,
    beside: email,
    to: `/customers/${id}`,
  }));
}

async function findProducts(q: string, locale: string): Promise<Goal[]> {
  const query = { q, limit: FOUND_MAX, locale };
  const { items } = await ask(() => api.GET("/api/v1/staff/products", { params: { query } }));
  return items.map(({ id, title, vendor }) => ({
    id: `product ${id}`,
    group: "products",
    name: title,
    beside: vendor,
    to: `/products/${id}`,
  }));
}
