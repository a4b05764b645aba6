/**
 * A place in an exported page that the publisher fills with ready markup. React never looks inside: the
 * publisher empties the token in the hydration payload, and hydration does not compare inner HTML.
 */
export function Slot({ name, className }: { name: string; className?: string }) {
  return (
    <div
      className={className}
      dangerouslySetInnerHTML={{ __html: `@@slot:${name}@@` }}
      data-slot={name}
      suppressHydrationWarning
    />
  );
}
