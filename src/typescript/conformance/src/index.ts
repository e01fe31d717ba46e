/**
 * Judging implementations by the cases that come with their interfaces.
 *
 * What is here runs anywhere. `@dagstack/conformance/node` has the same `judge` and `testSuite` with
 * the cases that need files and servers.
 *
 * @packageDocumentation
 */

export type { Suite } from "./document.js";
export { Failure } from "./errors.js";
export { HarnessError } from "./fitting.js";
export { Journal, Probe, type ProbeOptions, Wrapped } from "./fixtures/registry.js";
export {
  type Action,
  type Arguments,
  type Bench,
  type ByHand,
  type Harness,
  type Setting,
  type SubjectFactory,
} from "./harness.js";
export { blobStoreHarness, filesystemBlobStoreHarness } from "./harnesses/blob_store.js";
export {
  clockHarness,
  frozenClockHarness,
  systemClockHarness,
  type TestClock,
} from "./harnesses/clock.js";
export {
  httpClientHarness,
  SteppingClock,
  type StubAnswer,
  type StubCall,
  type StubControls,
  stubHttpClientHarness,
  type WireOptions,
} from "./harnesses/http_client.js";
export type { HarnessOptions } from "./harnesses/options.js";
export { registryHarness, type TestedRegistry, type TestedScope } from "./harnesses/registry.js";
export { deterministicRngHarness, rngHarness } from "./harnesses/rng.js";
export { tempDirHarness } from "./harnesses/tmpdir.js";
export type { JudgeOptions, Outcome } from "./judge.js";
export type { ResourceTests } from "./harnesses/tests.js";
export type { SuiteRunners } from "./runners.js";
export * from "./portable.js";
export { CaseFailed, type TestContext, type TestRunner } from "./testing.js";
