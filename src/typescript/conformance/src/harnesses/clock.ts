/**
 * Clocks before their suite.
 *
 * @packageDocumentation
 */

import type { Clock, Sleeper } from "@dagstack/contracts";

import type { Harness, SubjectFactory } from "../harness.js";
import { harnessOf, type HarnessOptions } from "./options.js";

/** A clock for tests. */
export interface TestClock extends Clock, Sleeper {
  /** Move it by a number of seconds. */
  advance(seconds: number): void;

  /** Return as soon as so many calls sleep. */
  waitForSleepers(count: number): Promise<void>;
}

/** Put any clock before the suite `clock`: one that only shows the time. */
export function clockHarness(make: () => Clock, options: HarnessOptions): Harness {
  return harnessOf(options, { Clock: make });
}

/** Put a clock before the suite that shows the time of day and whose waits take real time. */
export function systemClockHarness(make: () => Clock & Sleeper, options: HarnessOptions): Harness {
  return harnessOf(options, { Clock: make, Sleeper: make, SystemClock: make });
}

/** Put a clock for tests before the suite; `make` is told at which instant it begins. */
export function frozenClockHarness(
  make: (now: Date) => TestClock,
  options: HarnessOptions,
): Harness {
  const any = (): Clock & Sleeper => make(new Date("2026-01-01T00:00:00Z"));
  const frozen: SubjectFactory = ({ now }) => make(now as Date);
  return harnessOf(options, { Clock: any, Sleeper: any, FrozenClock: frozen });
}
