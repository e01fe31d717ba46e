/** Clocks before their suite. */

import { testClock, testFrozenClock, testSystemClock } from "@dagstack/conformance/node";
import { ForwardingClock } from "@dagstack/contracts";
import { describe, test } from "vitest";

import { FrozenClock, SystemClock } from "../../src/index.js";

const runner = { describe, test };

testSystemClock(runner, () => new SystemClock(), { name: "SystemClock" });
testFrozenClock(runner, (now) => new FrozenClock({ now }), { name: "FrozenClock" });

/** A decorator that changes nothing. */
class Forwarding extends ForwardingClock {
  readonly close: () => void;

  constructor(inner: SystemClock) {
    super(inner);
    this.close = () => {
      inner.close();
    };
  }
}

testClock(runner, () => new Forwarding(new SystemClock()), { name: "ForwardingClock" });
