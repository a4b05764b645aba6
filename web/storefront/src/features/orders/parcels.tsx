import { fill, formatDateTime } from "@vivamarket/format";
import { Icon } from "@vivamarket/ui";
import type { Order, Parcel } from "@/api/types.ts";
import type { Messages } from "@/messages/index.ts";

interface Props {
  readonly order: Order;
  readonly locale: string;
  readonly t: Messages["order"];
}

/** The parcels that are on their way: what is in each, and where it can be followed. */
export function Parcels({ order, locale, t }: Props) {
  if (order.shipments.length === 0) return null;
  return (
    <section className="panel p-6">
      <h2 className="mb-4 text-2xl">{t.parcels}</h2>
      <ol className="space-y-5">
        {order.shipments.map((parcel) => (
          <li className="flex gap-4 border-b border-line pb-5 last:border-0 last:pb-0" key={parcel.id}>
            <span className="grid size-11 shrink-0 place-items-center rounded-full bg-brand-soft">
              <Icon name="truck" />
            </span>
            <div className="min-w-0 flex-1">
              <time className="block font-semibold" dateTime={parcel.shipped_at}>
                {fill(t.sentAt, { date: formatDateTime(parcel.shipped_at, locale) })}
              </time>
              <Contents order={order} parcel={parcel} />
              <Tracking parcel={parcel} t={t} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Contents({ order, parcel }: { order: Order; parcel: Parcel }) {
  const quantities = new Map(parcel.units.map((each) => [each.position, each.quantity]));
  return (
    <ul className="text-muted">
      {order.lines
        .filter((line) => quantities.has(line.position))
        .map((line) => (
          <li key={line.position}>
            {quantities.get(line.position)} × {line.title}
            {line.variant_title === "" ? "" : `, ${line.variant_title}`}
          </li>
        ))}
    </ul>
  );
}

function Tracking({ parcel, t }: { parcel: Parcel; t: Messages["order"] }) {
  const { carrier_name: carrier, tracking_number: number, tracking_url: url } = parcel;
  if (carrier === "" && number === "") return null;
  return (
    <>
      <p className="mt-2 break-words">{[carrier, number].filter((text) => text !== "").join(" · ")}</p>
      {url === null ? null : (
        <p className="no-print mt-3">
          <a className="btn btn-quiet" href={url} rel="noreferrer" target="_blank">
            {t.track}
          </a>
        </p>
      )}
    </>
  );
}
