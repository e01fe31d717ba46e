/**
 * Running suites on Node.js, with the cases that need files and servers.
 *
 * @packageDocumentation
 */

import { portableFixtures } from "../fixtures/portable.js";
import type { FixturesBySuite } from "../judge.js";
import { runnersWith } from "../runners.js";
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
} = runnersWith(fixtures);
