/**
 * How random values are made from words of 32 bits: the same for every source.
 *
 * @packageDocumentation
 */

import { InvalidArgument } from "@dagstack/contracts";

/** An endless stream of random integers from 0 to 2^32 - 1. */
export interface Words {
  next(): number;
}

const WORD = 2 ** 32;
const MANTISSA = 2 ** 53;

/** Return one of the 2^53 multiples of 2^-53 from 0 up to and without 1. */
export function fraction(words: Words): number {
  const high = words.next() >>> 5;
  const low = words.next() >>> 6;
  return (high * 2 ** 26 + low) / MANTISSA;
}

/**
 * Return an integer from `low` to `high`, both included.
 *
 * @throws {@link InvalidArgument} if a bound is no safe integer, or `low` is greater than `high`.
 */
export function between(words: Words, low: number, high: number): number {
  checkBound("low", low);
  checkBound("high", high);
  if (low > high) {
    throw new InvalidArgument({ argument: "low", reason: `${low} is greater than high, ${high}` });
  }
  // Exact below 2^53, and not less than 2^53 where it is not.
  const span = high - low;
  if (span < Number.MAX_SAFE_INTEGER) return low + below(words, span + 1);
  return Number(BigInt(low) + wideBelow(words, BigInt(high) - BigInt(low) + 1n));
}

/** Return an integer from 0 to `width` - 1, where `width` is from 1 to 2^53 - 1. */
export function below(words: Words, width: number): number {
  if (width < WORD) {
    const unwanted = Math.clz32(width);
    for (;;) {
      const value = words.next() >>> unwanted;
      if (value < width) return value;
    }
  }
  const unwanted = Math.clz32(Math.floor(width / WORD));
  for (;;) {
    const low = words.next();
    const value = (words.next() >>> unwanted) * WORD + low;
    if (value < width) return value;
  }
}

/** The same for the widths of 54 bits, which a `number` does not hold. */
function wideBelow(words: Words, width: bigint): bigint {
  for (;;) {
    const low = BigInt(words.next());
    const value = (BigInt(words.next() >>> 10) << 32n) | low;
    if (value < width) return value;
  }
}

/** Return a UUID of version 4; the first word drawn becomes its last 8 digits. */
export function uuid4(words: Words): string {
  const last = words.next();
  const variant = (words.next() & 0x3fffffff) | 0x80000000;
  const version = (words.next() & 0xffff0fff) | 0x4000;
  const first = words.next();
  const digits = [first, version, variant, last]
    .map((word) => (word >>> 0).toString(16).padStart(8, "0"))
    .join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function checkBound(argument: string, bound: unknown): void {
  if (typeof bound !== "number") {
    throw new InvalidArgument({ argument, reason: `must be a number, not ${typeof bound}` });
  }
  if (!Number.isSafeInteger(bound)) {
    throw new InvalidArgument({ argument, reason: `${bound} is not a safe integer` });
  }
}
