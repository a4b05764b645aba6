import type { ReturnStatus } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Status } from "../../shell/values.tsx";

/** The colour of a return's state, by the name of one that looks alike. */
const LIKE: Readonly<Record<ReturnStatus, string>> = {
  requested: "review",
  approved: "pending",
  received: "pending",
  refunded: "succeeded",
  unrefunded: "failed",
  refused: "canceled",
  withdrawn: "canceled",
};

/** A return's state in words and colour. */
export function ReturnState({ value }: { value: ReturnStatus }) {
  const translate = useTranslate();
  return <Status label={translate(`va.return.status.${value}`)} value={LIKE[value]} />;
}
