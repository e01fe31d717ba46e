/**
 * Suites as tests of a test framework.
 *
 * @packageDocumentation
 */

import type { Suite } from "./document.js";
import { Failure } from "./errors.js";
import { type FixturesBySuite, type Outcome, trials } from "./judge.js";
import type { Harness } from "./harness.js";
import { writeResults } from "./results.js";
import { TIME_LIMIT } from "./run.js";

/** What a test is told by its framework. */
export interface TestContext {
  skip(reason?: string): void;
}

/** What is needed of a test framework: vitest, node:test and others have it. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: (context: TestContext) => Promise<void>, timeout?: number): unknown;
}

/** A case that an implementation does not pass; the message says what, where and how. */
export class CaseFailed extends Error {
  override readonly name = "CaseFailed";

  constructor(outcome: Outcome) {
    const cause = beneath(outcome.error);
    super(outcome.reason, cause === undefined ? {} : { cause });
    // Where the runner stands is of no use; the cause has the lines of the implementation.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * Make a test of each case, and of each row of its table.
 *
 * @throws `HarnessError` at once if the harness does not fit the suite.
 */
export function testSuiteWith(
  runner: TestRunner,
  suite: Suite,
  harness: Harness,
  fixtures: FixturesBySuite,
): void {
  const all = trials(suite, harness, fixtures);
  const outcomes: Outcome[] = [];
  runner.describe(`${suite.suite}: ${harness.name}`, () => {
    for (const trial of all) {
      runner.test(
        trial.title,
        async (context) => {
          const outcome = await trial.run();
          outcomes.push(outcome);
          // Only whole runs: a few cases that somebody picked are no result.
          if (outcomes.length === all.length) writeResults(suite.suite, harness.name, outcomes);
          report(outcome, context);
        },
        2 * TIME_LIMIT + 1000,
      );
    }
  });
}

/** What the implementation threw, without what the runner has to say of it. */
function beneath(error: unknown): unknown {
  return error instanceof Failure ? beneath(error.cause) : error;
}

function report(outcome: Outcome, context: TestContext): void {
  switch (outcome.outcome) {
    case "skipped":
    case "expected_failure":
      context.skip(outcome.reason);
      return;
    case "failed":
    case "unexpected_pass":
      throw new CaseFailed(outcome);
    case "passed":
  }
}
