import type { Address } from "@/api/types.ts";

/** An address as it stands on a parcel. */
export function AddressLines({ address, country }: { address: Address; country: string }) {
  const lines = [
    address.name,
    address.company,
    address.line1,
    address.line2,
    `${address.postal_code} ${address.city}`.trim(),
    country,
    address.phone,
  ];
  return (
    <address className="break-words not-italic">
      {lines
        .filter((line) => line !== "")
        .map((line, index) => (
          <span className={index === 0 ? "block font-semibold" : "block text-muted"} key={line}>
            {line}
          </span>
        ))}
    </address>
  );
}
