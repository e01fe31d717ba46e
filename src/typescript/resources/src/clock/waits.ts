/**
 * Those who wait on a clock, in the order in which they go on.
 *
 * @packageDocumentation
 */

interface Wait {
  readonly deadline: bigint;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/** Waits by deadline; of equal deadlines, the one that began first comes first. */
export class Waits {
  readonly #waits: Wait[] = [];

  /** How many wait. */
  get size(): number {
    return this.#waits.length;
  }

  /** The earliest deadline. */
  get next(): bigint | undefined {
    return this.#waits[0]?.deadline;
  }

  /** Wait until `endDue` is told of a reading that is not before `deadline`. */
  until(deadline: bigint): Promise<void> {
    return new Promise((end, fail) => {
      this.#waits.splice(this.#placeOf(deadline), 0, { deadline, end, fail });
    });
  }

  /** End the waits whose deadline has come, the earliest first. */
  endDue(reading: bigint): void {
    for (const wait of this.#waits.splice(0, this.#placeOf(reading))) wait.end();
  }

  /** End every wait with an error. */
  fail(error: Error): void {
    for (const wait of this.#waits.splice(0)) wait.fail(error);
  }

  /** The place behind all waits up to this deadline. */
  #placeOf(deadline: bigint): number {
    let low = 0;
    let high = this.#waits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#waits[middle];
      if (there !== undefined && there.deadline <= deadline) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
