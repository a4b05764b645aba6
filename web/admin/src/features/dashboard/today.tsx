import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import type { Dashboard, Sales } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import type { ReactNode } from "react";
import { Empty } from "../../shell/table.tsx";
import { Amount } from "../../shell/values.tsx";
import { changeOf } from "./change.ts";

/** Today's figures beside those of the same day of last week, until the same time of day. */
export function Today({ figures }: { figures: Dashboard }) {
  const translate = useTranslate();
  const before = new Map(figures.last_week_so_far.map((sales) => [sales.revenue.currency, sales]));
  const now = new Map(figures.today.map((sales) => [sales.revenue.currency, sales]));
  const currencies = [...new Set([...now.keys(), ...before.keys()])];
  if (currencies.length === 0) {
    return (
      <Card sx={{ pt: 1 }}>
        <Empty>{translate("va.dashboard.nothing_sold")}</Empty>
      </Card>
    );
  }
  return currencies.map((currency) => {
    const nothing = nothingIn(currency);
    const today = now.get(currency) ?? nothing;
    const lastWeek = before.get(currency) ?? nothing;
    return (
      <Box
        key={currency}
        sx={{ display: "grid", gap: 2, gridTemplateColumns: { xs: "1fr 1fr", md: "repeat(4, 1fr)" } }}
      >
        <Figure before={lastWeek.revenue.minor_units} name="revenue" now={today.revenue.minor_units}>
          <Amount value={today.revenue} />
        </Figure>
        <Figure before={lastWeek.orders} name="orders" now={today.orders}>
          {today.orders}
        </Figure>
        <Figure before={lastWeek.average.minor_units} name="average" now={today.average.minor_units}>
          <Amount value={today.average} />
        </Figure>
        <Figure before={lastWeek.refunded.minor_units} name="refunded" now={today.refunded.minor_units}>
          <Amount value={today.refunded} />
        </Figure>
      </Box>
    );
  });
}

interface Props {
  readonly name: string;
  readonly now: number;
  readonly before: number;
  readonly children: ReactNode;
}

function Figure({ name, now, before, children }: Props) {
  const translate = useTranslate();
  const percent = new Intl.NumberFormat(useLocale(), { style: "percent", signDisplay: "exceptZero" });
  const change = changeOf(now, before);
  return (
    <Card component="section" sx={{ p: 2 }}>
      <Typography color="textSecondary" component="h2" sx={{ fontSize: 14 }}>
        {translate(`va.dashboard.${name}`)}
      </Typography>
      <Typography component="p" sx={{ fontSize: 26, fontWeight: 700, my: 0.25 }}>
        {children}
      </Typography>
      <Typography color="textSecondary" component="p" sx={{ fontSize: 13 }}>
        {change === null
          ? translate("va.dashboard.no_comparison")
          : translate("va.dashboard.compared", { change: percent.format(change) })}
      </Typography>
    </Card>
  );
}

function nothingIn(currency: string): Sales {
  const zero = { minor_units: 0, currency };
  return { orders: 0, revenue: zero, average: zero, refunds: 0, refunded: zero };
}
