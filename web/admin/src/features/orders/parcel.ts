import type { NewShipment, StaffOrder, TrackingIn } from "@vivamarket/api-client";

/** The choice of a carrier that the shop does not list. */
export const OTHER = "another";

/** What somebody typed about who carries a parcel. */
export interface TypedTracking {
  /** A carrier's key, `OTHER`, or nothing. */
  readonly carrier: string;
  readonly name: string;
  readonly number: string;
}

/** What somebody typed into the form of a parcel. */
export interface TypedParcel extends TypedTracking {
  /** Units that go into it, by the line's position. */
  readonly quantities: Readonly<Record<number, string>>;
}

/** Why the form cannot be sent, as the name of a message. */
export type Mistake = "va.parcel.bad_quantity" | "va.parcel.nothing" | "va.parcel.no_name";

/** A line with its units that are in a parcel, or may go into one. */
export interface Packed {
  readonly position: number;
  readonly title: string;
  readonly variant: string;
  readonly sku: string;
  readonly quantity: number;
  readonly ordered: number;
}

/** Return the lines of the order that those units are of, in the order's own order. */
export function packed(
  order: StaffOrder["order"],
  units: readonly { readonly position: number; readonly quantity: number }[],
): Packed[] {
  const quantities = new Map(units.map((each) => [each.position, each.quantity]));
  return order.lines.flatMap((line) => {
    const quantity = quantities.get(line.position);
    if (quantity === undefined) return [];
    const { position, title, sku } = line;
    return [{ position, title, variant: line.variant_title, sku, quantity, ordered: line.quantity }];
  });
}

/** Return a form with everything that is left in it: most parcels hold the whole order. */
export function everything(file: StaffOrder, carrier: string): TypedParcel {
  const quantities = file.left_to_ship.map((each) => [each.position, String(each.quantity)]);
  return { quantities: Object.fromEntries(quantities), carrier, name: "", number: "" };
}

/** Read who carries it. */
export function trackingOf(typed: TypedTracking): TrackingIn | Mistake {
  const tracking_number = typed.number.trim();
  if (typed.carrier !== OTHER) return { carrier: typed.carrier, carrier_name: "", tracking_number };
  const carrier_name = typed.name.trim();
  return carrier_name === "" ? "va.parcel.no_name" : { carrier: "", carrier_name, tracking_number };
}

/** Read the form as what the API is asked for; the API alone says whether that much is left. */
export function parcelOf(typed: TypedParcel): NewShipment | Mistake {
  const units = [];
  for (const [position, text] of Object.entries(typed.quantities)) {
    if (text.trim() === "") continue;
    if (!/^\d{1,6}$/.test(text.trim())) return "va.parcel.bad_quantity";
    if (Number(text) > 0) units.push({ position: Number(position), quantity: Number(text) });
  }
  if (units.length === 0) return "va.parcel.nothing";
  const tracking = trackingOf(typed);
  return typeof tracking === "string" ? tracking : { units, tracking };
}
