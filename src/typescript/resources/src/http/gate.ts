/**
 * How many requests may be under way.
 *
 * @packageDocumentation
 */

interface Waiting {
  readonly origin: string;
  readonly begin: () => void;
}

/** Lets in so many requests at a time, and so many to one origin; the others in their order. */
export class Gate {
  readonly #limit: number;
  readonly #limitPerOrigin: number;
  readonly #inside = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();
  #total = 0;

  constructor(limit: number, limitPerOrigin: number) {
    this.#limit = limit;
    this.#limitPerOrigin = limitPerOrigin;
  }

  /**
   * Call `begin` as soon as there is room, perhaps at once.
   *
   * @returns What to call, once, when the request is over or need not begin any more.
   */
  enter(origin: string, begin: () => void): () => void {
    const waiting = { origin, begin };
    if (this.#hasRoom(origin)) this.#admit(waiting);
    else this.#waiting.add(waiting);
    return () => {
      if (!this.#waiting.delete(waiting)) this.#leave(origin);
    };
  }

  #leave(origin: string): void {
    this.#total -= 1;
    const left = (this.#inside.get(origin) ?? 1) - 1;
    if (left === 0) this.#inside.delete(origin);
    else this.#inside.set(origin, left);
    for (const waiting of this.#waiting) {
      if (this.#total >= this.#limit) return;
      if (!this.#hasRoom(waiting.origin)) continue;
      this.#waiting.delete(waiting);
      this.#admit(waiting);
    }
  }

  #hasRoom(origin: string): boolean {
    const there = this.#inside.get(origin) ?? 0;
    return this.#total < this.#limit && there < this.#limitPerOrigin;
  }

  #admit({ origin, begin }: Waiting): void {
    this.#total += 1;
    this.#inside.set(origin, (this.#inside.get(origin) ?? 0) + 1);
    begin();
  }
}
