/** Sources of randomness before their suite. */

import { testDeterministicRng, testRng, testSuite } from "@dagstack/conformance/node";
import { ForwardingRng } from "@dagstack/contracts";
import { rngSuite } from "@dagstack/contracts/conformance";
import { describe, test } from "vitest";

import { DeterministicRng, RandomRng } from "../../src/index.js";

const runner = { describe, test };

testRng(runner, () => new RandomRng(), { name: "RandomRng" });
testDeterministicRng(runner, (seed) => new DeterministicRng({ seed }), {
  name: "DeterministicRng",
});

/** A decorator that changes nothing. */
class Forwarding extends ForwardingRng {
  readonly close: () => void;

  constructor(inner: RandomRng) {
    super(inner);
    this.close = () => {
      inner.close();
    };
  }
}

testSuite(runner, rngSuite, {
  name: "ForwardingRng",
  subjects: { Rng: () => new Forwarding(new RandomRng()) },
});
