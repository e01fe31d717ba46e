/**
 * Cases of registries that data cannot say.
 *
 * @packageDocumentation
 */

import { AlreadyExists } from "@dagstack/contracts";

import { Failure } from "../errors.js";
import type { ByHand } from "../harness.js";

/** Bodies by the names of the cases. */
export const registryByHand: Readonly<Record<string, ByHand>> = {
  one_of_many_takes_a_name: async ({ given, call }) => {
    const args = { name: "pool", resource: given.probe };
    const attempts = Array.from({ length: 8 }, () => call("registry", "register", args));
    const results = await Promise.allSettled(attempts);
    const refused = results.filter((each) => each.status === "rejected");
    for (const { reason } of refused) if (!(reason instanceof AlreadyExists)) throw reason;
    if (refused.length !== 7) throw new Failure(`${8 - refused.length} of 8 took the name`);
  },
};
