/**
 * How an implementation is put before a suite.
 *
 * @packageDocumentation
 */

import { type CaseDocument, subjectsOf } from "./document.js";

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
export const LANGUAGE: Readonly<Record<string, true | string>> = {
  cancellation: "a promise cannot be cancelled",
  dynamic_types: true,
  naive_datetimes: "every Date is an instant",
  ordered_tasks: true,
  threads: "each thread has objects of its own",
  forks: "Node.js cannot fork a process while it runs",
  int64: "beyond 2^53 a number is not exact",
};

/** Why a case cannot be executed: the capabilities that are lacking, with the reasons; or empty. */
export function reasonToSkip(each: CaseDocument, harness: Harness): string {
  const reasons: string[] = [];
  for (const need of each.needs) {
    const reason = harness.lacks?.[need] ?? LANGUAGE[need];
    if (typeof reason === "string") reasons.push(`${need}: ${reason}`);
  }
  return reasons.join("; ");
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
