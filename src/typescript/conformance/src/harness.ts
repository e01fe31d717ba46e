/**
 * How an implementation is put before a suite.
 *
 * @packageDocumentation
 */

import { type CaseDocument, type SuiteDocument, subjectsOf } from "./document.js";

/** Options of a subject, or arguments of an action, by the names that the suite has for them. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What lasts as long as one case, or one row of its table. */
export interface Setting {
  /** The name of the case. */
  readonly case: string;

  /** Return what was made under this name in this case before, or make it. */
  once<T>(name: string, make: () => T): T;

  /** Do this at the end, after everything was closed; the last one first. */
  atEnd(action: () => unknown): void;
}

/** Makes what a case is given. A promise is awaited. */
export type SubjectFactory = (options: Arguments, setting: Setting) => unknown;

/** Does what the suite calls an action, or reads a property. A promise is awaited. */
export type Action<Subject = never> = (
  subject: Subject,
  args: Arguments,
  setting: Setting,
) => unknown;

/** What the body of a case that is written by hand works with. */
export interface Bench {
  /** What the case is given, by name. */
  readonly given: Readonly<Record<string, unknown>>;

  /** What lasts as long as the case. */
  readonly setting: Setting;

  /** Make another subject. It is closed at the end. */
  readonly make: (subject: string, options?: Arguments) => Promise<unknown>;

  /** Do what the suite calls an action, or a method, of something that the case is given. */
  readonly call: (name: string, member: string, args?: Arguments) => Promise<unknown>;
}

/** The body of a case that is written by hand. It fails by throwing. */
export type ByHand = (bench: Bench) => unknown;

/** An implementation, and what a runner has to know of it. */
export interface Harness {
  /** Its name, such as `InMemoryBlobStore`. */
  readonly name: string;

  /** How to make the subjects of the suite for which it stands. */
  readonly subjects: Readonly<Record<string, SubjectFactory>>;

  /** The capabilities of the suite that it has. */
  readonly has?: readonly string[];

  /** Those that it lacks, each with the reason. */
  readonly lacks?: Readonly<Record<string, string>>;

  /**
   * Actions and properties for which the object has no member of that name, such as
   * `"FrozenClock.advance"`.
   */
  readonly actions?: Readonly<Record<string, Action>>;

  /** Bodies of cases that are written by hand, by the name of the case. */
  readonly byHand?: Readonly<Record<string, ByHand>>;

  /**
   * Cases that are known to fail, each with the reason. One that passes is a failure. A row is named
   * `a_case-2`.
   */
  readonly expectedFailures?: Readonly<Record<string, string>>;
}

/** What a runner brings along for one suite: the subjects around the one under test. */
export interface Fixtures {
  readonly subjects?: Readonly<Record<string, SubjectFactory>>;
  readonly actions?: Readonly<Record<string, Action>>;
  readonly byHand?: Readonly<Record<string, ByHand>>;
}

/** What this language can do, or the reason for which it cannot. */
const LANGUAGE: Readonly<Record<string, true | string>> = {
  cancellation: "a promise cannot be cancelled",
  dynamic_types: true,
  naive_datetimes: "every Date is an instant",
  ordered_tasks: true,
  threads: "each thread has objects of its own",
  forks: "Node.js cannot fork a process while it runs",
  int64: "beyond 2^53 a number is not exact",
};

/** A harness that does not fit its suite; `problems` has everything that is wrong with it. */
export class HarnessError extends Error {
  override readonly name = "HarnessError";
  readonly problems: readonly string[];

  constructor(harness: string, suite: string, problems: readonly string[]) {
    super(`harness ${harness} does not fit suite ${suite}:\n  ${problems.join("\n  ")}`);
    this.problems = problems;
  }
}

/**
 * Refuse a harness that leaves something open, or speaks of what the suite does not have.
 *
 * @throws {@link HarnessError} with everything that is wrong.
 */
export function checkHarness(suite: SuiteDocument, harness: Harness): void {
  const problems = [...problemsOf(suite, harness)];
  if (problems.length > 0) throw new HarnessError(harness.name, suite.suite, problems);
}

/** Why a case cannot be executed: the reasons for what is lacking. */
export function reasonToSkip(each: CaseDocument, harness: Harness): string | undefined {
  const has = new Set(harness.has);
  for (const need of each.needs) {
    if (has.has(need)) continue;
    const reason = harness.lacks?.[need] ?? LANGUAGE[need];
    if (typeof reason === "string") return reason;
  }
  return undefined;
}

/** Whether a case is about this implementation. */
export function applies(each: CaseDocument, harness: Harness, fixtures: Fixtures): boolean {
  const subjects = [...subjectsOf(each)];
  const own = subjects.filter((name) => Object.hasOwn(harness.subjects, name));
  const known = subjects.every(
    (name) => own.includes(name) || Object.hasOwn(fixtures.subjects ?? {}, name),
  );
  return known && own.length > 0;
}

function* problemsOf(suite: SuiteDocument, harness: Harness): Generator<string> {
  const { has = [], lacks = {}, actions = {} } = harness;
  const cases = suite.cases.map(({ name }) => name);
  const rows = suite.cases.flatMap(({ name, table }) => table.map((_, n) => `${name}-${n + 1}`));
  for (const name of Object.keys(harness.subjects)) {
    if (!Object.hasOwn(suite.subjects, name)) yield `the suite has no subject ${name}`;
  }
  for (const name of Object.keys(actions)) {
    if (!isMember(suite, name)) yield `the suite has no action or property ${name}`;
  }
  for (const [what, named, known] of [
    ["byHand", harness.byHand, cases],
    ["expectedFailures", harness.expectedFailures, [...cases, ...rows]],
  ] as const) {
    for (const name of Object.keys(named ?? {})) {
      if (!known.includes(name)) yield `${what} names ${name}, which is no case of the suite`;
    }
  }
  const known = Object.keys(suite.capabilities);
  for (const name of new Set([...has, ...Object.keys(lacks)])) {
    if (!known.includes(name) && !Object.hasOwn(LANGUAGE, name)) {
      yield `the suite has no capability ${name}`;
    }
    if (has.includes(name) && Object.hasOwn(lacks, name)) {
      yield `capability ${name} is both in has and in lacks`;
    }
  }
  for (const name of known) {
    if (!has.includes(name) && !Object.hasOwn(lacks, name)) {
      yield `capability ${name} is neither in has nor in lacks: ${suite.capabilities[name] ?? ""}`;
    }
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
