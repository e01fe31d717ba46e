/** Blob stores before their suite. */

import { renameSync } from "node:fs";
import { join } from "node:path";

import { filesystemBlobStoreHarness, type SubjectFactory } from "@dagstack/conformance";
import { newFolder, testBlobStore, testSuite } from "@dagstack/conformance/node";
import { ForwardingBlobStore } from "@dagstack/contracts";
import { blobStoreSuite } from "@dagstack/contracts/conformance";
import { describe, test } from "vitest";

import { InMemoryBlobStore } from "../../src/index.js";
import { FilesystemBlobStore } from "../../src/node/index.js";
import { filesByHand } from "./blobs_by_hand.js";
import { ReadOnlyBlobStore } from "./read_only.js";

const runner = { describe, test };
const ALONE = "each one keeps its blobs in its own memory";
const IN_MEMORY = { shared: ALONE, kill: ALONE };

testBlobStore(runner, () => new InMemoryBlobStore(), {
  name: "InMemoryBlobStore",
  also: { ReadOnlyBlobStore },
  has: ["content_types"],
  lacks: IN_MEMORY,
});

/** A decorator as short as they come: it hands all calls on, and closing as well. */
class Forwarding extends ForwardingBlobStore {
  readonly close: () => Promise<void>;

  constructor(inner: InMemoryBlobStore) {
    super(inner);
    this.close = () => inner.close();
  }
}

testBlobStore(runner, () => new Forwarding(new InMemoryBlobStore()), {
  name: "ForwardingBlobStore",
  lacks: { ...IN_MEMORY, content_types: "the interface does not tell them" },
});

/** Makes a store whose root folder is gone. */
const FailingBlobStore: SubjectFactory = async (_, setting) => {
  const folder = newFolder(setting);
  const store = await FilesystemBlobStore.open(join(folder, "root"));
  renameSync(join(folder, "root"), join(folder, "elsewhere"));
  return store;
};

testSuite(
  runner,
  blobStoreSuite,
  filesystemBlobStoreHarness((root) => FilesystemBlobStore.open(root), newFolder, {
    name: "FilesystemBlobStore",
    has: ["shared", "content_types", "kill"],
    byHand: filesByHand,
    also: { FailingBlobStore, ReadOnlyBlobStore },
  }),
);
