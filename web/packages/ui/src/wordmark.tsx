/** The shop's mark: a market stall's awning beside the name. */
export function Wordmark({ name }: { name: string }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-2.5">
      <svg aria-hidden="true" className="size-9 shrink-0" viewBox="0 0 36 36">
        <path className="fill-brand" d="M5 4h26l3 10H2L5 4Z" />
        <path className="fill-lemon" d="M13 4h5v10h-7l2-10Zm10 0h4.5l3.5 10h-7L23 4Z" />
        <path className="fill-brand" d="M2 14h8a4 4 0 0 1-8 0Zm16 0h8a4 4 0 0 1-8 0Z" />
        <path className="fill-lemon" d="M10 14h8a4 4 0 0 1-8 0Zm16 0h8a4 4 0 0 1-8 0Z" />
        <path
          className="fill-none stroke-ink"
          d="M6 21v11h24V21M13 32v-7h10v7"
          strokeLinejoin="round"
          strokeWidth="2.4"
        />
      </svg>
      <span className="truncate pt-1 font-display text-[1.35rem] font-bold leading-tight tracking-tight max-xs:text-lg">
        {name}
      </span>
    </span>
  );
}
