/**
 * Cases of temporary directories that data cannot say.
 *
 * @packageDocumentation
 */

import { AlreadyExists, type TempDir } from "@dagstack/contracts";

import { Failure } from "../errors.js";
import type { ByHand } from "../harness.js";

/** Bodies by the names of the cases. */
export const tmpdirByHand: Readonly<Record<string, ByHand>> = {
  one_of_many_gets_the_name: async ({ given }) => {
    const dir = given.dir as TempDir;
    const attempts = Array.from({ length: 8 }, (_, n) =>
      n % 2 === 0 ? dir.createFile("name") : dir.createSubdir("name"),
    );
    const results = await Promise.allSettled(attempts);
    const refused = results.filter((each) => each.status === "rejected");
    for (const { reason } of refused) if (!(reason instanceof AlreadyExists)) throw reason;
    if (refused.length !== 7) throw new Failure(`${8 - refused.length} of 8 got the name`);
  },
};
