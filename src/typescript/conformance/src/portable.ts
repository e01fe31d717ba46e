/**
 * Running suites anywhere, in a browser, too: without the cases that need files or servers.
 *
 * @packageDocumentation
 */

import { portableFixtures } from "./fixtures/portable.js";
import { runnersWith } from "./runners.js";

/** See `SuiteRunners`. */
export const {
  judge,
  testBlobStore,
  testClock,
  testDeterministicRng,
  testFrozenClock,
  testHttpClient,
  testRegistry,
  testRng,
  testStubHttpClient,
  testSuite,
  testSystemClock,
  testTempDir,
} = runnersWith(portableFixtures);
