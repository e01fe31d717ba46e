/**
 * MT19937, the generator of Makoto Matsumoto and Takuji Nishimura, word by word as CPython runs it.
 *
 * @packageDocumentation
 */

const SIZE = 624;
const SHIFT = 397;

/** A stream of 32-bit words that a key determines. */
export class Mt19937 {
  readonly #state = new Uint32Array(SIZE);
  #index = SIZE;

  /** @param key - At least one word, as `init_by_array` takes them. */
  constructor(key: readonly number[]) {
    this.#seedByNumber(19_650_218);
    this.#seedByKey(key);
  }

  /** Return the next word, an integer from 0 to 2^32 - 1. */
  next(): number {
    if (this.#index === SIZE) this.#twist();
    let word = this.#at(this.#index++);
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #at(index: number): number {
    // Never out of range; the type does not know.
    return this.#state[index] ?? 0;
  }

  #seedByNumber(seed: number): void {
    this.#state[0] = seed;
    for (let index = 1; index < SIZE; index++) {
      this.#state[index] = Math.imul(1_812_433_253, this.#mixed(index)) + index;
    }
  }

  #seedByKey(key: readonly number[]): void {
    let index = 1;
    let place = 0;
    const step = (value: number): void => {
      this.#state[index] = value;
      if (++index === SIZE) {
        this.#state[0] = this.#at(SIZE - 1);
        index = 1;
      }
    };
    for (let count = Math.max(SIZE, key.length); count > 0; count--) {
      const mixed = Math.imul(this.#mixed(index), 1_664_525);
      step((this.#at(index) ^ mixed) + (key[place] ?? 0) + place);
      place = (place + 1) % key.length;
    }
    for (let count = SIZE - 1; count > 0; count--) {
      const mixed = Math.imul(this.#mixed(index), 1_566_083_941);
      step((this.#at(index) ^ mixed) - index);
    }
    this.#state[0] = 0x80000000;
  }

  #mixed(index: number): number {
    const before = this.#at(index - 1);
    return before ^ (before >>> 30);
  }

  #twist(): void {
    for (let index = 0; index < SIZE; index++) {
      const high = this.#at(index) & 0x80000000;
      const word = high | (this.#at((index + 1) % SIZE) & 0x7fffffff);
      const odd = (word & 1) === 0 ? 0 : 0x9908b0df;
      this.#state[index] = this.#at((index + SHIFT) % SIZE) ^ (word >>> 1) ^ odd;
    }
    this.#index = 0;
  }
}
