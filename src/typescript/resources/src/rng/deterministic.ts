/**
 * A source of randomness that a seed determines.
 *
 * @packageDocumentation
 */

import { type ForkableRng, InvalidArgument, type Rng } from "@dagstack/contracts";

import { Mt19937 } from "./mt19937.js";
import { sha256 } from "./sha256.js";
import { SourceRng } from "./source.js";

const GREATEST_SEED = 2n ** 64n - 1n;
const LABEL = "rng-fork\0";

const utf8 = new TextEncoder();

/** What a {@link DeterministicRng} begins from. */
export interface DeterministicRngOptions {
  /** An integer from 0 to 2^64 - 1; beyond 2^53 - 1 it must be a `bigint`. */
  readonly seed: number | bigint;
}

/**
 * A seeded source for tests: the same seed gives the same stream, in every language.
 *
 * The stream is that of `random.Random(seed)` in Python. Its values can be predicted from earlier
 * ones; never use it for secrets. It is a {@link ForkableRng} as well.
 *
 * Who gets which value depends on the order of the calls, so give each caller a fork of its own.
 * There is no need to close it.
 */
export class DeterministicRng extends SourceRng implements Rng, ForkableRng {
  /** The seed it began from. */
  readonly seed: bigint;

  /**
   * @param options - The seed.
   * @throws `InvalidArgument` if the seed is no integer from 0 to 2^64 - 1, or a `number` that may
   * have lost digits.
   */
  constructor(options: DeterministicRngOptions) {
    const seed = checkSeed((options as Partial<DeterministicRngOptions> | undefined)?.seed);
    const low = Number(seed & 0xffffffffn);
    const high = Number(seed >> 32n);
    super("DeterministicRng", new Mt19937(high === 0 ? [low] : [low, high]));
    this.seed = seed;
  }

  /**
   * Return the child called `name`, which depends on the seed and the name alone.
   *
   * Nothing is drawn from this source. The same name gives a child with the same stream again, from
   * its beginning; it stays open when this source is closed.
   *
   * @param name - Any text.
   * @throws `InvalidArgument` if `name` holds half a surrogate pair, or is no text.
   * @throws `ResourceClosed` if the source is closed.
   */
  fork(name: string): DeterministicRng {
    this.ensureOpen();
    checkName(name);
    const text = utf8.encode(name);
    const message = new Uint8Array(LABEL.length + 9 + text.length);
    message.set(utf8.encode(LABEL));
    new DataView(message.buffer).setBigUint64(LABEL.length, this.seed);
    message.set(text, LABEL.length + 9);
    const digest = new DataView(sha256(message).buffer);
    return new DeterministicRng({ seed: digest.getBigUint64(0) });
  }
}

function checkSeed(seed: unknown): bigint {
  if (typeof seed !== "number" && typeof seed !== "bigint") {
    throw wrongSeed(`must be a number or bigint, not ${seed === null ? "null" : typeof seed}`);
  }
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw wrongSeed(`${seed} is not a safe integer; greater ones must be bigint`);
  }
  const whole = BigInt(seed);
  if (whole < 0n || whole > GREATEST_SEED) {
    throw wrongSeed(`must be from 0 to 2^64 - 1, not ${String(whole)}`);
  }
  return whole;
}

function wrongSeed(reason: string): InvalidArgument {
  return new InvalidArgument({ argument: "seed", reason });
}

function checkName(name: unknown): void {
  if (typeof name !== "string") {
    throw new InvalidArgument({ argument: "name", reason: `must be a string, not ${typeof name}` });
  }
  if (/\p{Cs}/u.test(name)) {
    const reason = `${JSON.stringify(name)} is not valid Unicode`;
    throw new InvalidArgument({ argument: "name", reason });
  }
}
