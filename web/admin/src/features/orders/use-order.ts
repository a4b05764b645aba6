import { useQueryClient } from "@tanstack/react-query";
import type { StaffOrder } from "@vivamarket/api-client";
import { useRead } from "../../api/use-read.ts";
import { readOrder } from "./requests.ts";

export type OrderFile = StaffOrder;

const LOOK_AGAIN_MS = 2_000;
/** After so many looks it is not a matter of moments. */
const QUICK_LOOKS_MAX = 30;
const LOOK_LATER_MS = 30_000;
const ON_THE_WAY = new Set(["new", "requested", "processing"]);

/** Read everything about an order, and look again by itself while something of it is on its way. */
export function useOrder(number: string) {
  const client = useQueryClient();
  const found = useRead(["order", number], () => readOrder(number), {
    refetchInterval: ({ state }) => {
      if (state.data === undefined || !isMoving(state.data)) return false;
      return state.dataUpdateCount < QUICK_LOOKS_MAX ? LOOK_AGAIN_MS : LOOK_LATER_MS;
    },
  });
  const show = async () => {
    await client.invalidateQueries({ queryKey: ["order", number] });
    await client.invalidateQueries({ queryKey: ["orders"] });
  };
  return { ...found, show };
}

function isMoving(file: StaffOrder): boolean {
  const refunding = file.refunds.some((refund) => ON_THE_WAY.has(refund.status));
  const capturing = file.payments.some((payment) => payment.status === "capturing");
  return refunding || capturing || file.order.status === "canceling";
}
