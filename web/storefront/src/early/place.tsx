/** The same object every time: React would empty the place again for a new one. */
const NOTHING = { __html: "" };

interface Props {
  readonly name: string;
  /** The words that what is drawn here says. */
  readonly words: Readonly<Record<string, string>>;
  /** The event that tells that React has put its own in the place of this one. */
  readonly until?: string;
}

/**
 * Where a page's head draws an answer before the framework is there (docs/decisions/0023). React never looks
 * inside. What follows it is shown while it is empty.
 */
export function EarlyPlace({ name, words, until }: Props) {
  return (
    <div
      className="early"
      dangerouslySetInnerHTML={NOTHING}
      data-early={name}
      data-until={until}
      data-words={JSON.stringify(words)}
      suppressHydrationWarning
    />
  );
}

/** Return those words of an area that a place needs: a page carries no more than it says. */
export function pick<T extends object, K extends keyof T>(words: T, ...names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, words[name]])) as Pick<T, K>;
}
