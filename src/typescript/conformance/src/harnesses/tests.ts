/**
 * Tests of the standard resources, each in one call.
 *
 * @packageDocumentation
 */

import type {
  BlobStore,
  Clock,
  ForkableRng,
  HttpClient,
  Rng,
  Sleeper,
  TempDir,
} from "@dagstack/contracts";
import {
  blobStoreSuite,
  clockSuite,
  httpClientSuite,
  registrySuite,
  rngSuite,
  tmpdirSuite,
} from "@dagstack/contracts/conformance";

import type { Suite } from "../document.js";
import type { Harness, Setting } from "../harness.js";
import type { TestRunner } from "../testing.js";
import { blobStoreHarness } from "./blob_store.js";
import { clockHarness, frozenClockHarness, systemClockHarness, type TestClock } from "./clock.js";
import {
  httpClientHarness,
  type StubControls,
  stubHttpClientHarness,
  type WireOptions,
} from "./http_client.js";
import type { HarnessOptions } from "./options.js";
import { registryHarness, type TestedRegistry } from "./registry.js";
import { deterministicRngHarness, rngHarness } from "./rng.js";
import { tempDirHarness } from "./tmpdir.js";

/** Makes tests of a suite, with or without the cases that need files and servers. */
export type TestSuite = (runner: TestRunner, suite: Suite, harness: Harness) => void;

/** A seeded source of randomness. */
type Seeded = (seed: number | bigint) => Rng & ForkableRng;

/** Tests of the standard resources. Each throws `HarnessError` if the options leave something open. */
export interface ResourceTests {
  /** Test a blob store; see `blobStoreHarness` for what the arguments mean. */
  readonly testBlobStore: (
    runner: TestRunner,
    make: (setting: Setting) => BlobStore | Promise<BlobStore>,
    options: HarnessOptions,
  ) => void;

  /** Test a clock that only shows the time. */
  readonly testClock: (runner: TestRunner, make: () => Clock, options: HarnessOptions) => void;

  /** Test a clock that shows the time of day and whose waits take real time. */
  readonly testSystemClock: (
    runner: TestRunner,
    make: () => Clock & Sleeper,
    options: HarnessOptions,
  ) => void;

  /** Test a clock for tests; `make` is told at which instant it begins. */
  readonly testFrozenClock: (
    runner: TestRunner,
    make: (now: Date) => TestClock,
    options: HarnessOptions,
  ) => void;

  /** Test a source of randomness that nobody can predict. */
  readonly testRng: (runner: TestRunner, make: () => Rng, options: HarnessOptions) => void;

  /** Test a seeded source. */
  readonly testDeterministicRng: (
    runner: TestRunner,
    make: Seeded,
    options: HarnessOptions,
  ) => void;

  /** Test a client that really connects. */
  readonly testHttpClient: (
    runner: TestRunner,
    make: (options: WireOptions) => HttpClient,
    options: HarnessOptions,
  ) => void;

  /** Test a client for tests. */
  readonly testStubHttpClient: <Client extends HttpClient>(
    runner: TestRunner,
    controls: StubControls<Client>,
    options: HarnessOptions,
  ) => void;

  /** Test a temporary directory; see `tempDirHarness` for what the arguments mean. */
  readonly testTempDir: (
    runner: TestRunner,
    make: (parent: string) => TempDir | Promise<TempDir>,
    folder: (setting: Setting) => string,
    options: HarnessOptions,
  ) => void;

  /** Test a registry. */
  readonly testRegistry: (
    runner: TestRunner,
    make: () => TestedRegistry,
    seeded: Seeded,
    options: HarnessOptions,
  ) => void;
}

/** Make the functions from one that makes tests of any suite. */
export function resourceTests(testSuite: TestSuite): ResourceTests {
  return {
    testBlobStore: (runner, make, options) => {
      testSuite(runner, blobStoreSuite, blobStoreHarness(make, options));
    },
    testClock: (runner, make, options) => {
      testSuite(runner, clockSuite, clockHarness(make, options));
    },
    testSystemClock: (runner, make, options) => {
      testSuite(runner, clockSuite, systemClockHarness(make, options));
    },
    testFrozenClock: (runner, make, options) => {
      testSuite(runner, clockSuite, frozenClockHarness(make, options));
    },
    testRng: (runner, make, options) => {
      testSuite(runner, rngSuite, rngHarness(make, options));
    },
    testDeterministicRng: (runner, make, options) => {
      testSuite(runner, rngSuite, deterministicRngHarness(make, options));
    },
    testHttpClient: (runner, make, options) => {
      testSuite(runner, httpClientSuite, httpClientHarness(make, options));
    },
    testStubHttpClient: (runner, controls, options) => {
      testSuite(runner, httpClientSuite, stubHttpClientHarness(controls, options));
    },
    testTempDir: (runner, make, folder, options) => {
      testSuite(runner, tmpdirSuite, tempDirHarness(make, folder, options));
    },
    testRegistry: (runner, make, seeded, options) => {
      testSuite(runner, registrySuite, registryHarness(make, seeded, options));
    },
  };
}
