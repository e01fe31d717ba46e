/**
 * The functions that run suites, with the fixtures that a platform has.
 *
 * @packageDocumentation
 */

import type { Suite } from "./document.js";
import type { Harness } from "./harness.js";
import { type ResourceTests, resourceTests, type TestSuite } from "./harnesses/tests.js";
import { type FixturesBySuite, type JudgeOptions, judgeWith, type Outcome } from "./judge.js";
import { testSuiteWith } from "./testing.js";

/** What runs suites: any of them, or those of the standard resources with their harnesses. */
export interface SuiteRunners extends ResourceTests {
  /**
   * Execute all cases of a suite that are about an implementation, one after the other, without a
   * test framework.
   *
   * The promise rejects with `HarnessError` if the harness does not fit the suite.
   */
  readonly judge: (suite: Suite, harness: Harness, options?: JudgeOptions) => Promise<Outcome[]>;

  /**
   * Make a test of each case, and of each row of its table, by the functions of vitest or of
   * node:test.
   *
   * Throws `HarnessError` at once if the harness does not fit the suite.
   */
  readonly testSuite: TestSuite;
}

/** Make the functions from the fixtures of each suite. */
export function runnersWith(fixtures: FixturesBySuite): SuiteRunners {
  const testSuite: TestSuite = (runner, suite, harness) => {
    testSuiteWith(runner, suite, harness, fixtures);
  };
  return {
    judge: (suite, harness, options = {}) => judgeWith(suite, harness, fixtures, options),
    testSuite,
    ...resourceTests(testSuite),
  };
}
