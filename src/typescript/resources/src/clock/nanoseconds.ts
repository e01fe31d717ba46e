/**
 * Lengths of time as whole nanoseconds, worked out exactly.
 *
 * @packageDocumentation
 */

import { InvalidArgument } from "@dagstack/contracts";

const FRACTION_BITS = 52n;
const EXPONENT_BIAS = 1075n;

/** Nanoseconds in a second. */
export const SECOND = 1_000_000_000n;

/** Nanoseconds in a millisecond. */
export const MILLISECOND = 1_000_000n;

/**
 * Return a number of units as nanoseconds, rounded to the nearest one, to the even one if two are
 * as near. The number counts as exactly what it is, so nothing is lost in floats.
 *
 * @param argument - What an error calls the number.
 * @param amount - The number of units; negative ones are fine.
 * @param unit - The nanoseconds in one of them.
 * @throws {@link InvalidArgument} if `amount` is no finite number.
 */
export function toNanoseconds(argument: string, amount: unknown, unit: bigint): bigint {
  if (typeof amount !== "number") {
    throw new InvalidArgument({ argument, reason: `must be a number, not ${typeof amount}` });
  }
  if (!Number.isFinite(amount)) {
    throw new InvalidArgument({ argument, reason: `must be finite, not ${amount}` });
  }
  const magnitude = roundedTimes(Math.abs(amount), unit);
  return amount < 0 ? -magnitude : magnitude;
}

/**
 * The same for an amount that may not be less than zero.
 *
 * @throws {@link InvalidArgument} if `amount` is no finite number, or negative.
 */
export function notNegative(argument: string, amount: unknown, unit: bigint): bigint {
  const whole = toNanoseconds(argument, amount, unit);
  if (Number(amount) < 0) {
    throw new InvalidArgument({
      argument,
      reason: `must not be negative, but is ${Number(amount)}`,
    });
  }
  return whole;
}

/** `amount` times `unit`, where `amount` is finite and not negative. */
function roundedTimes(amount: number, unit: bigint): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, amount);
  const raw = bits.getBigUint64(0);
  const fraction = raw & ((1n << FRACTION_BITS) - 1n);
  const biased = raw >> FRACTION_BITS;
  // A number is `significand * 2^exponent`; the least ones lack the leading bit.
  const significand = biased === 0n ? fraction : fraction | (1n << FRACTION_BITS);
  const exponent = (biased === 0n ? 1n : biased) - EXPONENT_BIAS;
  const product = significand * unit;
  if (exponent >= 0n) return product << exponent;
  const whole = product >> -exponent;
  const rest = product - (whole << -exponent);
  const half = 1n << (-exponent - 1n);
  const up = rest > half || (rest === half && (whole & 1n) === 1n);
  return up ? whole + 1n : whole;
}
