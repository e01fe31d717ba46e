/**
 * Running suites on Node.js, with the cases that need files and servers.
 *
 * @packageDocumentation
 */

import type { Suite } from "../document.js";
import { portableFixtures } from "../fixtures/portable.js";
import type { Harness } from "../harness.js";
import { type FixturesBySuite, type JudgeOptions, judgeWith, type Outcome } from "../judge.js";
import { resourceTests } from "../harnesses/tests.js";
import { type TestRunner, testSuiteWith } from "../testing.js";
import { folderFixtures } from "./folder.js";
import { serverFixtures } from "./server.js";
import { tmpdirByHandOnNode } from "./tmpdir.js";

export { Folder, newFolder } from "./folder.js";
export { Server } from "./server.js";

const fixtures: FixturesBySuite = {
  ...portableFixtures,
  blob_store: { ...portableFixtures.blob_store, ...folderFixtures },
  http_client: serverFixtures,
  tmpdir: {
    ...folderFixtures,
    byHand: { ...portableFixtures.tmpdir?.byHand, ...tmpdirByHandOnNode },
  },
};

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
  return judgeWith(suite, harness, fixtures, options);
}

/**
 * Make a test of each case, and of each row of its table.
 *
 * @param runner - The functions of vitest, or of node:test.
 * @throws `HarnessError` at once if the harness does not fit the suite.
 */
export function testSuite(runner: TestRunner, suite: Suite, harness: Harness): void {
  testSuiteWith(runner, suite, harness, fixtures);
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
