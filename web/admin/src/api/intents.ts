import { newIdempotencyKey } from "@vivamarket/api-client";

/** More intents than anybody has in the air; the oldest is forgotten. */
const INTENTS_MAX = 200;

/** The keys of wishes that have no clear answer yet. */
export class Intents {
  readonly #keys = new Map<string, string>();
  readonly #newKey: () => string;

  constructor(newKey: () => string = newIdempotencyKey) {
    this.#newKey = newKey;
  }

  /** Return the wish's key: the one it went out with before, or a new one. */
  keyOf(name: string): string {
    const kept = this.#keys.get(name) ?? this.#newKey();
    this.#keys.delete(name);
    this.#keys.set(name, kept);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > INTENTS_MAX && oldest !== undefined) this.#keys.delete(oldest);
    return kept;
  }

  /** The wish is answered: the next one like it is another. */
  settle(name: string): void {
    this.#keys.delete(name);
  }
}
