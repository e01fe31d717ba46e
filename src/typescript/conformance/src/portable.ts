/**
 * Running suites anywhere, in a browser, too: without the cases that need files or servers.
 *
 * @packageDocumentation
 */

import type { Suite } from "./document.js";
import { portableFixtures } from "./fixtures/portable.js";
import type { Harness } from "./harness.js";
import { resourceTests } from "./harnesses/tests.js";
import { type JudgeOptions, judgeWith, type Outcome } from "./judge.js";
import { type TestRunner, testSuiteWith } from "./testing.js";

/**
 * Execute all cases of a suite that are about an implementation, one after the other, without a
 * test framework.
 *
 * The promise rejects with `HarnessError` if the harness does not fit the suite.
 */
export function judge(
  suite: Suite,
  harness: Harness,
  options: JudgeOptions = {},
): Promise<Outcome[]> {
  return judgeWith(suite, harness, portableFixtures, options);
}

/**
 * Make a test of each case, and of each row of its table.
 *
 * @param runner - The functions of vitest, or of node:test.
 * @throws `HarnessError` at once if the harness does not fit the suite.
 */
export function testSuite(runner: TestRunner, suite: Suite, harness: Harness): void {
  testSuiteWith(runner, suite, harness, portableFixtures);
}

/** Tests of the standard resources: `testSuite` with their suites and harnesses. */
export const {
  testBlobStore,
  testClock,
  testDeterministicRng,
  testFrozenClock,
  testHttpClient,
  testRegistry,
  testRng,
  testStubHttpClient,
  testSystemClock,
  testTempDir,
} = resourceTests(testSuite);
