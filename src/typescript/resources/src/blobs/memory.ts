/**
 * A store in the memory of the process.
 *
 * @packageDocumentation
 */

import { BlobNotFound } from "@dagstack/contracts";

import { CheckedBlobStore } from "./checked.js";

interface Blob {
  readonly data: Uint8Array;
  readonly contentType: string;
}

/**
 * A `BlobStore` in the memory of the process, for tests and development.
 *
 * No call waits for anything. Safe for concurrent use; each worker thread makes its own. Closing it
 * forgets the blobs.
 */
export class InMemoryBlobStore extends CheckedBlobStore {
  // One entry is replaced at once, so bytes and content type always are of the same call of put.
  readonly #blobs = new Map<string, Blob>();

  constructor() {
    super("InMemoryBlobStore");
  }

  protected override async write(key: string, data: Uint8Array, contentType: string) {
    this.#blobs.set(key, { data, contentType });
  }

  protected override async read(key: string): Promise<Uint8Array> {
    return this.#blob(key).data.slice();
  }

  protected override async remove(key: string): Promise<void> {
    this.#blobs.delete(key);
  }

  protected override async scan(prefix: string): Promise<string[]> {
    return Array.from(this.#blobs.keys()).filter((key) => key.startsWith(prefix));
  }

  protected override async has(key: string): Promise<boolean> {
    return this.#blobs.has(key);
  }

  protected override async readContentType(key: string): Promise<string> {
    return this.#blob(key).contentType;
  }

  protected override async release(): Promise<void> {
    this.#blobs.clear();
  }

  #blob(key: string): Blob {
    const blob = this.#blobs.get(key);
    if (blob === undefined) throw new BlobNotFound({ key });
    return blob;
  }
}

/** The other name of {@link InMemoryBlobStore}. */
export { InMemoryBlobStore as MemoryBlobStore };
