/** A decorator, to show how short they are: it lets callers only read. */

import { type BlobStore, BlobStoreReadOnly, ForwardingBlobStore } from "@dagstack/contracts";

class ReadOnly extends ForwardingBlobStore {
  override async put(): Promise<void> {
    throw new BlobStoreReadOnly({ operation: "put" });
  }

  override async delete(): Promise<void> {
    throw new BlobStoreReadOnly({ operation: "delete" });
  }
}

/** Makes the subject of cases. */
export const ReadOnlyBlobStore = ({ inner }: Readonly<Record<string, unknown>>): BlobStore =>
  new ReadOnly(inner as BlobStore);
