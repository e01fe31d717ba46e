/** Harnesses that do not fit their suites: what the runners of all languages say of them. */

import { readFileSync } from "node:fs";

import { blobStoreSuite, rngSuite, tmpdirSuite } from "@dagstack/contracts/conformance";
import { expect, test } from "vitest";

import { HarnessError } from "../src/fitting.js";
import { testSuite } from "../src/node/index.js";

interface AboutHarness {
  readonly because: string;
  readonly suite: string;
  readonly subjects: readonly string[];
  readonly has?: readonly string[];
  readonly lacks?: Readonly<Record<string, string>>;
  readonly actions?: readonly string[];
  readonly by_hand?: readonly string[];
  readonly expected_failures?: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

const file = new URL("../../../../tests/harnesses/harnesses.json", import.meta.url);
const harnesses = JSON.parse(readFileSync(file, "utf8")) as readonly AboutHarness[];
const suites = { blob_store: blobStoreSuite, rng: rngSuite, tmpdir: tmpdirSuite };

const nothing = (): undefined => undefined;
const named = (names: readonly string[] = []): Record<string, () => undefined> =>
  Object.fromEntries(names.map((name) => [name, nothing]));

test.each(harnesses)("$because", (about) => {
  const suite = suites[about.suite as keyof typeof suites];
  const harness = {
    name: "Mine",
    subjects: named(about.subjects),
    has: about.has ?? [],
    lacks: about.lacks ?? {},
    actions: named(about.actions),
    byHand: named(about.by_hand),
    expectedFailures: about.expected_failures ?? {},
  };
  const problems = about.problems.join("\n- ");
  let said = "";
  try {
    testSuite({ describe: nothing, test: nothing }, suite, harness);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    said = error.message;
    expect(error.problems).toEqual(about.problems);
  }
  expect(said).toBe(
    problems && `Mine cannot be put before the suite ${about.suite}:\n- ${problems}`,
  );
});
