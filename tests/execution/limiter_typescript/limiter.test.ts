import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Exhausted, type Limiter } from "@acme/contracts";
import { limiterSuite } from "@acme/contracts/conformance";
import { judge, testSuite } from "@dagstack/conformance/node";
import { InvalidArgument as Ours } from "@dagstack/contracts";

/** Called like an error of the specification, and none. */
class InvalidArgument extends RangeError {
  readonly argument = "permits";
}

function limiter(refusal: () => Error): Limiter {
  let left = 10;
  return {
    async acquire(permits) {
      if (permits < 1) throw refusal();
      if (permits > left) throw new Exhausted({ left });
      left -= permits;
      return left;
    },
  };
}

const good = () => limiter(() => new Ours({ argument: "permits", reason: "too few" }));
testSuite({ describe, test }, limiterSuite, { name: "Limiter", subjects: { Limiter: good } });

test("an impostor is found", async () => {
  const subjects = { Limiter: () => limiter(() => new InvalidArgument()) };
  for (const each of await judge(limiterSuite, { name: "Impostor", subjects })) {
    const expected = each.case === "fewer_than_one_are_refused" ? "failed" : "passed";
    assert.equal(each.outcome, expected, each.reason);
  }
});
