import Box from "@mui/material/Box";
import { type Theme, useTheme } from "@mui/material/styles";
import useMediaQuery from "@mui/material/useMediaQuery";
import { visuallyHidden } from "@mui/utils";
import type { Day } from "@vivamarket/api-client";
import { formatMoney } from "@vivamarket/format";
import { useLocale, useTranslate } from "ra-core";
import { Empty } from "../../shell/table.tsx";
import { ceilingOf } from "./change.ts";

const WIDTH = 900;
/** As wide as it is drawn there, or its letters would shrink with it. */
const PHONE_WIDTH = 330;
const HEIGHT = 220;
const TOP = 24;
const BOTTOM = 24;
const GAP = 0.25;
/** One label every week, so that they never meet. */
const LABEL_EVERY = 7;
/** Half as wide as a label may be. */
const LABEL_HALF = 28;

/** What came in on each of the last days: one plot per currency, and the same as a table for who hears it. */
export function Days({ days }: { days: readonly Day[] }) {
  const translate = useTranslate();
  const currencies = [...new Set(days.flatMap((day) => day.sales.map((sales) => sales.revenue.currency)))];
  if (currencies.length === 0) return <Empty>{translate("va.dashboard.nothing_sold")}</Empty>;
  return currencies.map((currency) => <Plot currency={currency} days={days} key={currency} />);
}

interface Bar {
  readonly at: string;
  readonly revenue: number;
  readonly orders: number;
}

function Plot({ days, currency }: { days: readonly Day[]; currency: string }) {
  const translate = useTranslate();
  const locale = useLocale();
  const { palette } = useTheme();
  const width = useMediaQuery((theme: Theme) => theme.breakpoints.down("sm")) ? PHONE_WIDTH : WIDTH;
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const money = (minor_units: number) => formatMoney({ minor_units, currency }, locale);
  const bars = days.map((day): Bar => {
    const sales = day.sales.find((each) => each.revenue.currency === currency);
    return { at: day.begins_at, revenue: sales?.revenue.minor_units ?? 0, orders: sales?.orders ?? 0 };
  });
  const top = ceilingOf(Math.max(...bars.map((bar) => bar.revenue)));
  const step = width / bars.length;
  const room = HEIGHT - TOP - BOTTOM;
  const said = (bar: Bar) =>
    translate("va.dashboard.day", {
      day: date.format(new Date(bar.at)),
      revenue: money(bar.revenue),
      smart_count: bar.orders,
    });
  return (
    <Box sx={{ px: 2, pb: 2 }}>
      <Box
        aria-hidden="true"
        component="svg"
        sx={{ display: "block", width: "100%", height: "auto" }}
        viewBox={`0 0 ${width} ${HEIGHT}`}
      >
        <line stroke={palette.divider} x1="0" x2={width} y1={TOP} y2={TOP} />
        <line stroke={palette.divider} x1="0" x2={width} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
        <text fill={palette.text.secondary} fontSize="14" x="0" y={TOP - 8}>
          {money(top)}
        </text>
        {bars.map((bar, place) => {
          const height = Math.max((bar.revenue / top) * room, bar.revenue > 0 ? 2 : 0);
          return (
            <g key={bar.at}>
              <title>{said(bar)}</title>
              <rect fill="transparent" height={room} width={step} x={place * step} y={TOP} />
              <rect
                fill={palette.primary.main}
                height={height}
                opacity={place === bars.length - 1 ? 1 : 0.7}
                rx="3"
                width={step * (1 - GAP)}
                x={(place + GAP / 2) * step}
                y={HEIGHT - BOTTOM - height}
              />
              {(bars.length - 1 - place) % LABEL_EVERY === 0 && (
                <text
                  fill={palette.text.secondary}
                  fontSize="14"
                  y={HEIGHT - 6}
                  {...placeOf((place + 0.5) * step, width)}
                >
                  {date.format(new Date(bar.at))}
                </text>
              )}
            </g>
          );
        })}
      </Box>
      <ul style={visuallyHidden}>
        {bars.map((bar) => (
          <li key={bar.at}>{said(bar)}</li>
        ))}
      </ul>
    </Box>
  );
}

/** A label stands below the middle of its day, and inside the plot where that is at its edge. */
function placeOf(middle: number, width: number) {
  if (middle < LABEL_HALF) return { textAnchor: "start", x: 0 } as const;
  if (middle > width - LABEL_HALF) return { textAnchor: "end", x: width } as const;
  return { textAnchor: "middle", x: middle } as const;
}
