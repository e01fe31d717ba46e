import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, expect, test, vi } from "vitest";

import { type Bench, judge, type TestContext, testSuite, type TestRunner } from "../src/index.js";
import { Counter, harnessOf, suiteOf } from "./counter.js";

const PASSING = [{ line: 11, call: ["c", "add"], args: { amount: 1 }, returns: 1 }];
const FAILING = [{ line: 11, call: ["c", "add"], args: { amount: 1 }, returns: 2 }];

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a failure says which case, where, and what was expected", async () => {
  const [outcome] = await judge(suiteOf({ name: "it_adds", steps: FAILING }), harnessOf());
  expect(outcome?.reason).toBe(
    "it_adds (spec/conformance/counter.yaml:11): It counts.\ncall c.add: expected 2, but it is 1",
  );
});

test("each row of a table is executed on its own", async () => {
  const steps = [{ line: 11, call: ["c", "add"], args: { amount: { $ref: ["n"] } }, returns: 2 }];
  const outcomes = await judge(suiteOf({ table: [{ n: 1 }, { n: 2 }], steps }), harnessOf());
  expect(outcomes.map(({ row, outcome }) => [row, outcome])).toEqual([
    [1, "failed"],
    [2, "passed"],
  ]);
  expect(outcomes[0]?.reason).toContain("case_0-1 (");
});

test("what is lacking is a reason to skip", async () => {
  const suite = suiteOf(
    { needs: ["memory"], steps: FAILING },
    { needs: ["cancellation"], steps: [] },
  );
  const outcomes = await judge(suite, harnessOf({ has: [], lacks: { memory: "it forgets" } }));
  expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ["skipped", "memory: it forgets"],
    ["skipped", "cancellation: a promise cannot be cancelled"],
  ]);
});

test("a known failure is expected, and a surprise otherwise", async () => {
  const suite = suiteOf({ steps: FAILING }, { steps: PASSING });
  const expectedFailures = { case_0: "it is too small", case_1: "it is too large" };
  const outcomes = await judge(suite, harnessOf({ expectedFailures }));
  expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ["expected_failure", "it is too small"],
    [
      "unexpected_pass",
      "case_1 (spec/conformance/counter.yaml:20): It counts.\nit passes, but is to fail: it is too large",
    ],
  ]);
});

test("a row can be known to fail", async () => {
  const steps = [{ line: 11, call: ["c", "add"], args: { amount: { $ref: ["n"] } }, returns: 2 }];
  const suite = suiteOf({ table: [{ n: 1 }, { n: 2 }], steps });
  const outcomes = await judge(suite, harnessOf({ expectedFailures: { "case_0-1": "too small" } }));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["expected_failure", "passed"]);
});

test("a case about something else is not there", async () => {
  const other = [{ name: "h", subject: "Helper", options: {} }];
  const making = [{ make: { subject: "Helper", options: {} }, as: "h" }];
  const suite = suiteOf({ given: other }, { steps: making }, { steps: PASSING });
  expect((await judge(suite, harnessOf())).map((outcome) => outcome.case)).toEqual(["case_2"]);
});

test("a body by hand is the harness's, and nobody can do without one", async () => {
  const seen: unknown[] = [];
  const byHand = {
    case_0: async ({ given, make, call }: Bench) => {
      expect(given.c).toBeInstanceOf(Counter);
      expect(await make("Counter", { limit: 1 })).toBeInstanceOf(Counter);
      seen.push(await call("c", "jump_to", { count: 3 }), await call("c", "later", { amount: 1 }));
    },
  };
  const suite = suiteOf({ by_hand: "Do it." }, { by_hand: "Do more." });
  const outcomes = await judge(suite, harnessOf({ byHand }));
  expect(seen).toEqual([3, 4]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["passed", "failed"]);
  expect(outcomes[1]?.reason).toContain(
    "no body: the harness has to give one that does this: Do more.",
  );
});

test("what was given and made is closed at the end, the last one first", async () => {
  const closed: number[] = [];
  let count = 0;
  const steps = [{ make: { subject: "Counter", options: {} }, as: "d" }, ...FAILING];
  const harness = harnessOf({
    subjects: {
      Counter: (_, setting) => {
        const number = ++count;
        setting.atEnd(() => closed.push(-number));
        return Object.assign(new Counter(), { close: () => closed.push(number) });
      },
    },
  });
  await judge(suiteOf({ steps }), harness);
  expect(closed).toEqual([2, 1, -2, -1]);
});

test("what a case remembers is forgotten after it", async () => {
  const seen: unknown[] = [];
  let made = 0;
  const harness = harnessOf({
    subjects: {
      Counter: (_, setting) => {
        seen.push(setting.once("number", () => ++made));
        return new Counter();
      },
    },
  });
  const steps = [{ make: { subject: "Counter", options: {} }, as: "d" }];
  await judge(suiteOf({ steps }, { steps }), harness);
  expect(seen).toEqual([1, 1, 2, 2]);
});

test("another format is refused", async () => {
  await expect(judge({ ...suiteOf({}), format: 2 }, harnessOf())).rejects.toThrow("format 2");
});

test("a test framework sees what failed, what was skipped, and why", async () => {
  const seen: string[] = [];
  const bodies: [string, (context: { skip: (reason?: string) => void }) => Promise<void>][] = [];
  const runner: TestRunner = {
    describe: (name, body) => {
      seen.push(name);
      body();
    },
    test: (name, body) => bodies.push([name, body]),
  };
  const suite = suiteOf(
    { steps: PASSING },
    { steps: FAILING },
    { needs: ["threads"] },
    { table: [{ n: 1 }, { n: 2 }], steps: FAILING },
  );
  testSuite(runner, suite, harnessOf({ expectedFailures: { case_3: "it is young" } }));
  for (const [name, body] of bodies) {
    const skip = (reason?: string): void => {
      seen.push(`skip: ${reason ?? ""}`);
    };
    const thrown: unknown = await body({ skip }).catch((error: unknown) => error);
    seen.push(thrown instanceof Error ? `${name}: ${thrown.name}` : `${name}: fine`);
  }
  expect(seen).toEqual([
    "counter: PlainCounter",
    "case_0: fine",
    "case_1: CaseFailed",
    "skip: threads: each thread has objects of its own",
    "case_2: fine",
    "skip: it is young",
    "case_3-1: fine",
    "skip: it is young",
    "case_3-2: fine",
  ]);
});

test("outcomes of whole runs are written where the environment says so", async () => {
  const bodies: ((context: TestContext) => Promise<void>)[] = [];
  const folder = mkdtempSync(join(tmpdir(), "results-"));
  vi.stubEnv("DAGSTACK_CONFORMANCE_RESULTS", join(folder, "new"));
  try {
    const suite = suiteOf({ name: "b", steps: PASSING }, { name: "a", needs: ["int64"] });
    const runner: TestRunner = {
      describe: (_, body) => {
        body();
      },
      test: (_, body) => bodies.push(body),
    };
    testSuite(runner, suite, harnessOf());
    for (const body of bodies) {
      expect(existsSync(join(folder, "new"))).toBe(false);
      await body({ skip: () => undefined });
    }
    expect(readdirSync(join(folder, "new"))).toEqual(["typescript-counter-PlainCounter.json"]);
    const file = join(folder, "new", "typescript-counter-PlainCounter.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      language: "typescript",
      suite: "counter",
      implementation: "PlainCounter",
      outcomes: [
        {
          case: "a",
          row: 0,
          outcome: "skipped",
          reason: "int64: beyond 2^53 a number is not exact",
        },
        { case: "b", row: 0, outcome: "passed", reason: "" },
      ],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a case that never ends is given up", async () => {
  vi.useFakeTimers();
  try {
    const later = (): Promise<number> => new Promise(() => undefined);
    const harness = harnessOf({
      subjects: { Counter: () => Object.assign(new Counter(), { later }) },
    });
    const steps = [{ call: ["c", "later"], args: { amount: 1 } }];
    const outcomes = judge(suiteOf({ steps }), harness);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await outcomes)[0]?.reason).toContain("not done within 60 s");
  } finally {
    vi.useRealTimers();
  }
});

test("a case can be given less time", async () => {
  const later = (): Promise<number> => new Promise(() => undefined);
  const harness = harnessOf({
    subjects: { Counter: () => Object.assign(new Counter(), { later }) },
  });
  const steps = [...PASSING, { line: 99, call: ["c", "later"], args: { amount: 1 } }];
  const [outcome] = await judge(suiteOf({ steps }), harness, { timeLimit: 1 });
  expect(outcome?.reason).toContain("counter.yaml:99)");
  expect(outcome?.reason).toContain("call c.later: not done within 0.001 s");
});
