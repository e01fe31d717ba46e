/** The registry before its suite. */

import { testRegistry } from "@dagstack/conformance/node";
import { describe, test } from "vitest";

import { DeterministicRng, ResourceRegistry } from "../../src/index.js";

testRegistry(
  { describe, test },
  () => new ResourceRegistry<Record<string, unknown>>(),
  (seed) => new DeterministicRng({ seed }),
  { name: "ResourceRegistry" },
);
