import {
  deterministicRngHarness,
  frozenClockHarness,
  rngHarness,
  systemClockHarness,
} from "@dagstack/conformance";
import { testSuite } from "@dagstack/conformance/node";
import { ForwardingRng } from "@dagstack/contracts";
import { clockSuite, rngSuite } from "@dagstack/contracts/conformance";
import { describe, test } from "vitest";

import { DeterministicRng, FrozenClock, RandomRng, SystemClock } from "../../src/index.js";

const runner = { describe, test };

testSuite(
  runner,
  clockSuite,
  systemClockHarness(() => new SystemClock(), { name: "SystemClock" }),
);
testSuite(
  runner,
  clockSuite,
  frozenClockHarness((now) => new FrozenClock({ now }), { name: "FrozenClock" }),
);
testSuite(
  runner,
  rngSuite,
  rngHarness(() => new RandomRng(), { name: "RandomRng" }),
);
testSuite(
  runner,
  rngSuite,
  deterministicRngHarness((seed) => new DeterministicRng({ seed }), { name: "DeterministicRng" }),
);
