/**
 * What all sources of randomness share.
 *
 * @packageDocumentation
 */

import { InvalidArgument, type Rng } from "@dagstack/contracts";

import { Closable } from "../closing.js";
import { type Words, below, between, fraction, uuid4 } from "./draws.js";

/** An {@link Rng} on top of words; its methods throw `ResourceClosed` once it is closed. */
export abstract class SourceRng extends Closable implements Rng {
  readonly #words: Words;

  /**
   * @param resource - What errors call it.
   * @param words - Where the randomness comes from.
   */
  protected constructor(resource: string, words: Words) {
    super(resource);
    this.#words = words;
  }

  /** Return a float from 0 up to and without 1, one of the 2^53 multiples of 2^-53. */
  nextFloat(): number {
    this.ensureOpen();
    return fraction(this.#words);
  }

  /**
   * Return an integer from `low` to `high`, both included, all exactly equally likely.
   *
   * @param low - The least possible result, from -(2^53 - 1).
   * @param high - The greatest possible result, up to 2^53 - 1.
   * @throws `InvalidArgument` if `low` is greater than `high`, or one is no safe integer.
   */
  nextInt(low: number, high: number): number {
    this.ensureOpen();
    return between(this.#words, low, high);
  }

  /** Return a random UUID, version 4 of RFC 9562, with digits in lower case. */
  uuid4(): string {
    this.ensureOpen();
    return uuid4(this.#words);
  }

  /**
   * Return a random element of `items`; all positions are equally likely.
   *
   * @param items - The elements to choose from, at least one; unchanged.
   * @throws `InvalidArgument` if `items` is empty, or no array.
   */
  choice<T>(items: readonly T[]): T {
    this.ensureOpen();
    const given: unknown = items;
    if (!Array.isArray(given) && !ArrayBuffer.isView(given)) {
      throw new InvalidArgument({
        argument: "items",
        reason: `must be an array, not ${typeof given}`,
      });
    }
    if (!(items.length > 0)) {
      throw new InvalidArgument({ argument: "items", reason: "there is nothing to choose from" });
    }
    return items[below(this.#words, items.length)] as T;
  }
}
