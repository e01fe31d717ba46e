/**
 * Sources of randomness before their suite.
 *
 * @packageDocumentation
 */

import type { ForkableRng, Rng } from "@dagstack/contracts";

import type { Harness, SubjectFactory } from "../harness.js";
import { harnessOf, type HarnessOptions } from "./options.js";

/** Put a source that nobody can predict before the suite `rng`. */
export function rngHarness(make: () => Rng, options: HarnessOptions): Harness {
  return harnessOf(options, { Rng: make, RandomRng: make });
}

/** Put a seeded source before the suite; seeds that are none have to be refused. */
export function deterministicRngHarness(
  make: (seed: number | bigint) => Rng & ForkableRng,
  options: HarnessOptions,
): Harness {
  const seeded: SubjectFactory = ({ seed }) => make(seed as number | bigint);
  return harnessOf(options, { Rng: () => make(42), DeterministicRng: seeded });
}
