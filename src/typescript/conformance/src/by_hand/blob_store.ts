/**
 * Cases of blob stores that data cannot say.
 *
 * @packageDocumentation
 */

import { type BlobStore, ResourceError } from "@dagstack/contracts";

import type { ByHand } from "../harness.js";

/** Bodies by the names of the cases. */
export const blobStoreByHand: Readonly<Record<string, ByHand>> = {
  closing_amid_work_ends_it_cleanly: async ({ given, call }) => {
    const store = given.store as BlobStore;
    const data = new Uint8Array(100_000);
    const puts = Array.from({ length: 20 }, (_, n) => store.put(`key/${n}`, data));
    const ends = Promise.allSettled(puts);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await call("store", "close");
    for (const each of await ends) {
      if (each.status === "rejected" && !(each.reason instanceof ResourceError)) throw each.reason;
    }
  },
};
