/**
 * Cases of clocks that data cannot say.
 *
 * @packageDocumentation
 */

import { type Clock, InvalidArgument, type Sleeper } from "@dagstack/contracts";

import { Failure } from "../errors.js";
import type { ByHand } from "../harness.js";

const MICROSECONDS = 137;

/** Bodies by the names of the cases. */
export const clockByHand: Readonly<Record<string, ByHand>> = {
  a_system_clock_shows_the_time_of_day: ({ given }) => {
    const clock = given.clock as Clock;
    for (let n = 0; n < 100; n++) {
      const before = Date.now();
      const shown = clock.now().getTime();
      const after = Date.now();
      if (shown < before || shown > after) {
        throw new Failure(`it shows ${shown} between ${before} and ${after}`);
      }
    }
  },

  a_negative_wait_is_refused: async ({ given }) => {
    const sleeper = given.sleeper as Sleeper;
    for (const delay of [-1000, -Number.MIN_VALUE, -Number.MAX_VALUE]) {
      const error: unknown = await sleeper.sleep(delay).catch((thrown: unknown) => thrown);
      if (!(error instanceof InvalidArgument) || error.argument !== "delay") {
        throw new Failure(`a delay of ${delay} ms ended with ${String(error)}`);
      }
    }
    await sleeper.sleep(0);
  },

  a_real_wait_is_never_too_short: async ({ given }) => {
    const clock = given.sleeper as Clock & Sleeper;
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const microseconds = (n + 1) * MICROSECONDS;
        const before = clock.monotonicNs();
        await clock.sleep(microseconds / 1000);
        const took = clock.monotonicNs() - before;
        if (took < BigInt(microseconds) * 1000n) {
          throw new Failure(`a sleep of ${microseconds} µs took ${took} ns`);
        }
      }),
    );
  },
};
