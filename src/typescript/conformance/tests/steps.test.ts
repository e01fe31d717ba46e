import { describe, expect, test } from "vitest";

import { judge } from "../src/index.js";
import { Counter, harnessOf, outcomeOf, suiteOf, TooHigh } from "./counter.js";

const call = (member: string, args: object, ...outcome: object[]): object =>
  Object.assign({ line: 12, call: ["c", member], args }, ...outcome) as object;

test.each<[string, object[]]>([
  ["a call", [call("add", { amount: 2 }, { returns: 2 })]],
  ["a call with an option", [call("later", { amount: 2, times: 3 }, { returns: 6 })]],
  ["an option that is null", [call("later", { amount: 2, times: null }, { returns: 2 })]],
  ["a result of 64 bits", [call("total", {}, { returns: { $int64: "0" } })]],
  ["an action", [call("jump_to", { count: 5 }, { returns: 5 })]],
  ["an action with a default", [call("jump_to", {}, { returns: 7 })]],
  ["a property of an interface", [{ read: ["c", "count"], returns: 0 }]],
  ["a property of a subject", [{ read: ["c", "closed"], returns: 0 }]],
  ["an error", [call("add", { amount: 101 }, { raises: { error: "TooHigh" } })]],
  ["fields", [call("add", { amount: 101 }, raising({ limit: 100, message: "higher than 100" }))]],
  ["bundled", [call("add", { amount: 101 }, failures(["higher than 100"]))]],
  ["closing", [call("close", {}), { read: ["c", "closed"], returns: 1 }]],
  [
    "making",
    [
      { make: { subject: "Counter", options: { limit: 1 } }, as: "d" },
      { read: ["d", "count"], returns: 0 },
    ],
  ],
  [
    "names",
    [
      call("add", { amount: 2 }, { as: "two" }),
      call("add", { amount: { $ref: ["two"] } }, { returns: 4 }),
    ],
  ],
  [
    "references to properties",
    [call("add", { amount: 2 }), { check: { $ref: ["c", "count"] }, is: 2 }],
  ],
  ["let", [{ let: [["x", 5]] }, { check: { $text: ["a", { $ref: ["x"] }] }, is: "a5" }]],
  [
    "overwriting",
    [
      { let: [["b", { $buffer: { $utf8: "a" } }]] },
      { overwrite: { $ref: ["b"] } },
      { check: { $ref: ["b"] }, is: { $hex: "9e" } },
    ],
  ],
  [
    "for with a range",
    [
      { for: "n", in: { from: 1, to: 4 }, do: [call("add", { amount: { $ref: ["n"] } })] },
      { read: ["c", "count"], returns: 10 },
    ],
  ],
  [
    "for with a list",
    [
      { for: "n", in: [5, 6], do: [call("add", { amount: { $ref: ["n"] } })] },
      { read: ["c", "count"], returns: 11 },
    ],
  ],
  [
    "together",
    [
      { together: "n", in: { from: 1, to: 4 }, do: [call("later", { amount: 1 })] },
      { read: ["c", "count"], returns: 4 },
    ],
  ],
  [
    "branches",
    [
      { branches: [[call("later", { amount: 1 })], [call("add", { amount: 2 })]] },
      { read: ["c", "count"], returns: 3 },
    ],
  ],
  [
    "starting and waiting",
    [
      { start: ["c", "later"], args: { amount: 3 }, as: "t" },
      { wait: "t", returns: 3 },
      { ended: ["t"] },
    ],
  ],
  [
    "a task that fails",
    [
      { start: ["c", "later"], args: { amount: 101 }, as: "t" },
      { wait: "t", raises: { error: "TooHigh" } },
    ],
  ],
])("%s is done", async (_, steps) => {
  expect(await outcomeOf(...steps)).toEqual({
    case: "case_0",
    row: 0,
    outcome: "passed",
    reason: "",
  });
});

test.each<[string, object[], string]>([
  [
    "a wrong result",
    [call("add", { amount: 2 }, { returns: 3 })],
    "call c.add: expected 3, but it is 2",
  ],
  [
    "no error",
    [call("add", { amount: 1 }, raising({}))],
    "call c.add: expected TooHigh, but it returned 1",
  ],
  ["an error", [call("add", { amount: 101 })], "call c.add: threw RangeError: higher than 100"],
  [
    "another field",
    [call("add", { amount: 101 }, raising({ limit: 1 }))],
    "TooHigh.limit: expected 1, but it is 100",
  ],
  [
    "other texts",
    [call("add", { amount: 101 }, failures([]))],
    'Failures.messages: expected [], but it is ["higher than 100"]',
  ],
  [
    "a wrong property",
    [{ read: ["c", "count"], returns: 1 }],
    "read c.count: expected 1, but it is 0",
  ],
  ["a wrong check", [{ check: 1, is: 2 }], "check: expected 2, but it is 1"],
  [
    "a task that has ended",
    [{ start: ["c", "add"], args: { amount: 1 }, as: "t" }, { pending: ["t"] }],
    "pending: t has ended",
  ],
  [
    "an order",
    [
      { start: ["c", "add"], args: { amount: 1 }, as: "t" },
      { start: ["c", "add"], args: { amount: 1 }, as: "u" },
      { wait: "u" },
      { ended: ["u", "t"] },
    ],
    "ended: t ended before the one that should come first",
  ],
  [
    "one of several",
    [{ together: "n", in: [1, 101], do: [call("add", { amount: { $ref: ["n"] } })] }],
    "threw RangeError",
  ],
  [
    "a loop",
    [{ for: "n", in: [1, 101], do: [call("add", { amount: { $ref: ["n"] } })] }],
    "threw RangeError",
  ],
  ["a branch", [{ branches: [[], [call("add", { amount: 101 })]] }], "threw RangeError"],
  [
    "cancelling",
    [{ start: ["c", "add"], args: { amount: 1 }, as: "t" }, { cancel: "t" }],
    "a promise cannot be cancelled",
  ],
])("%s is a failure", async (_, steps, problem) => {
  const outcome = await outcomeOf(...steps);
  expect(outcome.outcome).toBe("failed");
  expect(outcome.reason).toContain(problem);
});

function raising(fields: object): object {
  return { raises: { error: "TooHigh", fields } };
}

function failures(messages: readonly string[]): object {
  return { raises: { error: "Failures", fields: { messages } } };
}

describe("results", () => {
  const judged = async (counter: object, step: object): Promise<string> => {
    const harness = harnessOf({
      subjects: { Counter: () => Object.assign(new Counter(), counter) },
    });
    const [outcome] = await judge(suiteOf({ steps: [step] }), harness);
    return outcome?.reason ?? "nothing";
  };

  test.each<[string, object, object]>([
    ["5n is no int", { add: () => 5n }, call("add", { amount: 1 })],
    ["1.5 is no int", { add: () => 1.5 }, call("add", { amount: 1 })],
    ["5 is no int64", { total: () => 5 }, call("total", {})],
    ["[1] is no bytes", { bytes: () => [1] }, call("bytes", {})],
    ["5 is no nothing", { reset: () => 5 }, call("reset", {})],
    ["later returned no promise", { later: () => 5 }, call("later", { amount: 1 })],
    [
      "later threw in place of returning a promise that rejects",
      {
        later: () => {
          throw new TooHigh(1);
        },
      },
      call("later", { amount: 1 }, raising({})),
    ],
    ["there is no method reset", { reset: undefined }, call("reset", {})],
  ])("%s", async (problem, counter, step) => {
    expect(await judged(counter, step)).toContain(problem);
  });
});

test("what cannot be made or closed is said so", async () => {
  const suite = suiteOf({ steps: [{ line: 11, call: ["c", "close"], args: {} }] });
  const reasonOf = async (made: unknown): Promise<string | undefined> =>
    (await judge(suite, harnessOf({ subjects: { Counter: () => made } })))[0]?.reason;
  expect(await reasonOf(undefined)).toContain("the factory of Counter returned nothing");
  expect(await reasonOf({})).toContain("give the harness an action for it");
});

test("an error that is only called so is none of the specification", async () => {
  class TooHigh extends RangeError {
    readonly limit = 100;
  }
  const add = (): never => {
    throw new TooHigh();
  };
  const harness = harnessOf({ subjects: { Counter: () => Object.assign(new Counter(), { add }) } });
  const suite = suiteOf({ steps: [call("add", { amount: 1 }, raising({}))] });
  expect((await judge(suite, harness))[0]?.reason).toContain("expected TooHigh, but it is");
});

test("an error is known by a class that it descends from", async () => {
  class Higher extends TooHigh {}
  const add = (): never => {
    throw new Higher(1);
  };
  const harness = harnessOf({ subjects: { Counter: () => Object.assign(new Counter(), { add }) } });
  const suite = suiteOf({ steps: [call("add", { amount: 1 }, raising({}))] });
  expect((await judge(suite, harness))[0]?.outcome).toBe("passed");
});

test("bundled errors are looked into, however deep they lie", async () => {
  const add = (): never => {
    throw new AggregateError([new AggregateError([new Error("a")]), new Error("b")], "two");
  };
  const harness = harnessOf({ subjects: { Counter: () => Object.assign(new Counter(), { add }) } });
  const suite = suiteOf({ steps: [call("add", { amount: 1 }, failures(["a", "b"]))] });
  expect((await judge(suite, harness))[0]?.reason).toBe("");
});
