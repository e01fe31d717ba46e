/**
 * The operating system's source of randomness.
 *
 * @packageDocumentation
 */

import type { Rng } from "@dagstack/contracts";

import type { Words } from "./draws.js";
import { SourceRng } from "./source.js";

/** Words that the host asks the operating system for, a few at a time, and gives out once. */
class SystemWords implements Words {
  readonly #kept = new Uint32Array(64);
  #left = 0;

  next(): number {
    if (this.#left === 0) {
      globalThis.crypto.getRandomValues(this.#kept);
      this.#left = this.#kept.length;
    }
    const word = this.#kept[--this.#left] ?? 0;
    this.#kept[this.#left] = 0;
    return word;
  }
}

/**
 * The operating system's source of randomness, fit for secrets, by way of `crypto.getRandomValues`.
 *
 * It asks for 256 bytes at a time, and forgets each word as it gives it out. No two sources, and
 * no two processes or workers, share any. There is no need to close it.
 */
export class RandomRng extends SourceRng implements Rng {
  constructor() {
    super("RandomRng", new SystemWords());
  }
}
