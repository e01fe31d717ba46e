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
const ALONE = "each one keeps its blobs in its own memory";

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
  lacks: { shared: ALONE, kill: ALONE },
});
