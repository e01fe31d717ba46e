import { registryHarness } from "@dagstack/conformance";
import { testSuite } from "@dagstack/conformance/node";
import { registrySuite } from "@dagstack/contracts/conformance";
import { describe, test } from "vitest";

import { DeterministicRng, ResourceRegistry } from "../../src/index.js";

testSuite(
  { describe, test },
  registrySuite,
  registryHarness(
    () => new ResourceRegistry<Record<string, unknown>>(),
    (seed) => new DeterministicRng({ seed }),
    { name: "ResourceRegistry" },
  ),
);
