import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { useTranslate } from "ra-core";
import { useRead } from "../../api/use-read.ts";
import { Section } from "../../shell/section.tsx";
import { Amount, Moment } from "../../shell/values.tsx";
import type { OrderFile } from "../orders/use-order.ts";
import { readInvoices } from "./requests.ts";

/** The order's invoice and its credit notes, as PDF; nothing while there is none. */
export function Papers({ file: { order } }: { file: OrderFile }) {
  const translate = useTranslate();
  // The order's state is part of the name: a refund brings another paper.
  const { data } = useRead(["invoices", order.number, order.status, order.refunded_total.minor_units], () =>
    readInvoices(order.number),
  );
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section title={translate("va.invoice.title")}>
      <Box component="ul" sx={{ listStyle: "none", m: 0, px: 2, pb: 2, display: "grid", gap: 1.25 }}>
        {data.items.map((paper) => (
          <Box
            component="li"
            key={paper.number}
            sx={{ display: "flex", flexWrap: "wrap", justifyContent: "space-between", columnGap: 2 }}
          >
            <Link download href={`/api/v1/staff/invoices/${paper.number}`} sx={{ fontWeight: 600 }}>
              {translate(`va.invoice.${paper.kind}`)} {paper.number}
            </Link>
            <Amount negative={paper.kind === "credit_note"} value={paper.total} />
            <Box sx={{ width: "100%", color: "text.secondary", fontSize: 13 }}>
              <Moment at={paper.issued_at} />
            </Box>
          </Box>
        ))}
      </Box>
    </Section>
  );
}
