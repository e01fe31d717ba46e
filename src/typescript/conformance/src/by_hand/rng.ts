/**
 * Cases of sources of randomness that data cannot say.
 *
 * @packageDocumentation
 */

import type { Rng } from "@dagstack/contracts";

import { Failure } from "../errors.js";
import type { ByHand } from "../harness.js";

const DRAWS = 20_000;

/** Bodies by the names of the cases. */
export const rngByHand: Readonly<Record<string, ByHand>> = {
  floats_have_53_random_bits: ({ given }) => {
    const rng = given.rng as Rng;
    const parities = new Set<number>();
    for (let n = 0; n < 2000; n++) {
      const whole = rng.nextFloat() * 2 ** 53;
      if (!Number.isInteger(whole)) throw new Failure(`${whole} / 2^53 has more than 53 bits`);
      parities.add(whole % 2);
    }
    if (parities.size !== 2) throw new Failure("the last of the 53 bits is always the same");
  },

  all_results_are_equally_likely: ({ given }) => {
    const rng = given.rng as Rng;
    const items = Array.from({ length: 10 }, (_, n) => n);
    expectEven("nextInt(1, 6)", 6, 50.8, () => rng.nextInt(1, 6) - 1);
    expectEven("nextInt(1, 8)", 8, 55.9, () => rng.nextInt(1, 8) - 1);
    expectEven("nextInt(-1, 1)", 3, 41.4, () => rng.nextInt(-1, 1) + 1);
    expectEven("choice of ten", 10, 60.7, () => rng.choice(items));
    expectEven("nextFloat", 16, 75, () => Math.floor(rng.nextFloat() * 16));
  },

  the_systems_source_does_not_repeat_itself: async ({ given }) => {
    const [rng, other] = [given.rng as Rng, given.other as Rng];
    const drawn = await Promise.all(
      Array.from({ length: 8 }, async () =>
        Array.from({ length: 100 }, () => [rng.uuid4(), other.uuid4()]),
      ),
    );
    const all = drawn.flat(2);
    if (new Set(all).size !== all.length) throw new Failure("a UUID came twice");
  },

  draws_of_many_are_those_of_one: async ({ given }) => {
    const [rng, alone] = [given.rng as Rng, given.alone as Rng];
    const drawn = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const own: number[] = [];
        for (let n = 0; n < 500; n++) {
          own.push(rng.nextFloat());
          await Promise.resolve();
        }
        return own;
      }),
    );
    const expected = Array.from({ length: 4000 }, () => alone.nextFloat());
    const [ours, theirs] = [drawn.flat(), expected].map((all) => all.sort((a, b) => a - b).join());
    if (ours !== theirs) throw new Failure("they are not the first 4000 floats of the stream");
  },
};

/** Chi-square of as many draws as every case takes, over values from 0 up to `sides`. */
function expectEven(what: string, sides: number, limit: number, draw: () => number): void {
  const counts = new Array<number>(sides).fill(0);
  for (let n = 0; n < DRAWS; n++) {
    const drawn = draw();
    counts[drawn] = (counts[drawn] ?? NaN) + 1;
  }
  const expected = DRAWS / sides;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  if (!counts.every((count) => count > 0) || !(chiSquare < limit)) {
    throw new Failure(`${what}: chi-square is ${chiSquare}, the limit ${limit}`);
  }
}
