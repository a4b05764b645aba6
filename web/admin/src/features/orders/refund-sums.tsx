import Box from "@mui/material/Box";
import type { Order, RefundPreview } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Sum, Sums } from "../../shell/section.tsx";
import { Amount } from "../../shell/values.tsx";

/** What a refund comes to, part by part, as the API says. */
export function RefundSums({ order, sums, reason }: { order: Order; sums: RefundPreview; reason: string }) {
  const translate = useTranslate();
  const titles = new Map(order.lines.map((line) => [line.position, line.title]));
  const earlier = sums.goodwill.minor_units < 0;
  return (
    <>
      <Box sx={{ "& > dl": { borderTop: 0 } }}>
        <Sums>
          {sums.lines.map((line) => (
            <Sum key={line.position} name={`${line.quantity} × ${titles.get(line.position) ?? ""}`}>
              <Amount value={line.amount} />
            </Sum>
          ))}
          {sums.shipping.minor_units !== 0 && (
            <Sum name={translate("va.refund.shipping_sum")}>
              <Amount value={sums.shipping} />
            </Sum>
          )}
          {sums.goodwill.minor_units !== 0 && (
            <Sum name={translate(earlier ? "va.refund.goodwill_before" : "va.refund.goodwill")}>
              <Amount value={sums.goodwill} />
            </Sum>
          )}
          <Sum name={translate("va.refund.to", { email: order.email })} strong>
            <Amount value={sums.amount} />
          </Sum>
          {sums.tax.minor_units !== 0 && (
            <Sum name={translate("va.refund.tax")}>
              <Amount value={sums.tax} />
            </Sum>
          )}
          <Sum name={translate("va.refund.left")}>
            <Amount value={sums.left} />
          </Sum>
        </Sums>
      </Box>
      {reason !== "" && (
        <Box component="p" sx={{ m: 0, px: 2 }}>
          {translate("va.refund.reason")}: {reason}
        </Box>
      )}
    </>
  );
}
