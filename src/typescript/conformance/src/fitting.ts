/**
 * Whether a harness fits its suite.
 *
 * @packageDocumentation
 */

import type { SuiteDocument } from "./document.js";
import { applies, type Fixtures, type Harness, LANGUAGE, reasonToSkip } from "./harness.js";
import { titlesOf } from "./titles.js";

/** A harness that does not fit its suite; `problems` has everything that is wrong with it. */
export class HarnessError extends Error {
  override readonly name = "HarnessError";
  readonly problems: readonly string[];

  constructor(harness: string, suite: string, problems: readonly string[]) {
    super(`${harness} cannot be put before the suite ${suite}:\n- ${problems.join("\n- ")}`);
    this.problems = problems;
  }
}

/**
 * Refuse a harness that leaves something open, or speaks of what the suite does not have.
 *
 * @throws {@link HarnessError} with everything that is wrong, in the words of every language.
 */
export function checkHarness(suite: SuiteDocument, harness: Harness, fixtures: Fixtures): void {
  const problems = new Set([
    ...capabilities(suite, harness),
    ...subjects(suite, harness),
    ...bodies(suite, harness),
    ...failures(suite, harness, fixtures),
  ]);
  if (problems.size > 0) throw new HarnessError(harness.name, suite.suite, [...problems].sort());
}

function* capabilities(suite: SuiteDocument, harness: Harness): Generator<string> {
  const { has = [], lacks = {} } = harness;
  for (const name of [...has, ...Object.keys(lacks)]) {
    if (Object.hasOwn(suite.capabilities, name)) continue;
    if (!Object.hasOwn(LANGUAGE, name)) {
      yield `the suite has no capability ${name}; it has: ${listed(suite.capabilities)}`;
    } else if (has.includes(name)) {
      yield `capability ${name} belongs to the language: an implementation may lack it, not have it`;
    }
  }
  for (const name of has) {
    if (Object.hasOwn(lacks, name)) yield `capability ${name} is both had and lacking`;
  }
  for (const [name, summary] of Object.entries(suite.capabilities)) {
    if (!has.includes(name) && !Object.hasOwn(lacks, name)) {
      yield `capability ${name} is neither had nor lacking: ${summary}`;
    }
  }
  for (const [name, reason] of Object.entries(lacks)) {
    if (!says(reason)) yield `capability ${name} is lacking without a reason`;
  }
}

function* subjects(suite: SuiteDocument, harness: Harness): Generator<string> {
  for (const name of Object.keys(harness.subjects)) {
    if (!Object.hasOwn(suite.subjects, name)) {
      yield `the suite has no subject ${name}; it has: ${listed(suite.subjects)}`;
    }
  }
  for (const name of Object.keys(harness.actions ?? {})) {
    if (!isMember(suite, name)) yield `the suite has no action or property ${name}`;
  }
}

function* bodies(suite: SuiteDocument, harness: Harness): Generator<string> {
  for (const name of Object.keys(harness.byHand ?? {})) {
    const found = suite.cases.find((each) => each.name === name);
    if (found === undefined) {
      yield `the suite has no case ${name}, for which there is a body`;
    } else if (found.by_hand === undefined) {
      yield `case ${name} is done in steps, not by hand`;
    }
  }
}

function* failures(suite: SuiteDocument, harness: Harness, fixtures: Fixtures): Generator<string> {
  if (!suite.cases.some((each) => applies(each, harness, fixtures))) {
    const some = Object.keys(harness.subjects).length > 0;
    const alone = some ? `${listed(harness.subjects)} alone` : "no subject";
    yield `no case of the suite is about it: it stands for ${alone}`;
  }
  for (const [name, reason] of Object.entries(harness.expectedFailures ?? {})) {
    const found = suite.cases.find(
      (each) => each.name === name || titlesOf(each).some(({ title }) => title === name),
    );
    if (found === undefined) {
      yield `the suite has no case ${name}, which is to fail`;
    } else if (!applies(found, harness, fixtures)) {
      yield `case ${name} is to fail, but is not about it`;
    } else {
      const skipped = reasonToSkip(found, harness);
      if (skipped !== "") yield `case ${name} is to fail, but is skipped: ${skipped}`;
    }
    if (!says(reason)) yield `case ${name} is to fail without a reason`;
  }
}

function isMember(suite: SuiteDocument, name: string): boolean {
  const [subject = "", member = ""] = name.split(".");
  const declared = suite.subjects[subject];
  if (declared === undefined) return false;
  return (
    member === "close" ||
    Object.hasOwn(declared.actions, member) ||
    Object.hasOwn(declared.properties, member)
  );
}

/** Whether a reason says anything, also one that no type checker has seen. */
function says(reason: unknown): boolean {
  return typeof reason === "string" && reason.trim() !== "";
}

function listed(named: Readonly<Record<string, unknown>>): string {
  return Object.keys(named).sort().join(", ") || "none";
}
