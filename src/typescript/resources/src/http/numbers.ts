/**
 * The numbers among the settings.
 *
 * @packageDocumentation
 */

import { InvalidArgument } from "@dagstack/contracts";

/** Settings with all defaults filled in. */
export type Checked<Settings> = {
  readonly [Name in keyof Settings]-?: Exclude<Settings[Name], undefined>;
};

/**
 * Return a finite number that is not below a limit.
 *
 * @throws {@link InvalidArgument} if it is none.
 */
export function atLeast(least: number, argument: string, value: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new InvalidArgument({ argument, reason: `${value} is no number from ${least}` });
}

/**
 * Return a finite number that is above zero.
 *
 * @throws {@link InvalidArgument} if it is none.
 */
export function aboveZero(argument: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgument({ argument, reason: `${value} is no number above zero` });
}
