// The suites under the test framework of Node.js: `node --test under_node.mjs`.
import { describe, test } from "node:test";

import { testBlobStore, testFrozenClock, testRegistry } from "@dagstack/conformance/node";
import {
  DeterministicRng,
  FrozenClock,
  InMemoryBlobStore,
  ResourceRegistry,
} from "@dagstack/resources";

const runner = { describe, test };

testFrozenClock(runner, (now) => new FrozenClock({ now }), { name: "FrozenClock" });
testRegistry(
  runner,
  () => new ResourceRegistry(),
  (seed) => new DeterministicRng({ seed }),
  { name: "ResourceRegistry" },
);
testBlobStore(runner, () => new InMemoryBlobStore(), {
  name: "InMemoryBlobStore",
  has: ["content_types"],
  lacks: { shared: "the blobs belong to one object", kill: "the blobs are in this process" },
});
