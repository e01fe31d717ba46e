/**
 * One case, or one row of its table, from what it is given to the end.
 *
 * @packageDocumentation
 */

import { type Call, Calls } from "./calls.js";
import type { CaseDocument, SuiteDocument, Tagged } from "./document.js";
import { Failure } from "./errors.js";
import type { Arguments, Bench, Fixtures, Harness, Setting, SubjectFactory } from "./harness.js";
import { Names } from "./names.js";
import { StepFailure, Steps } from "./steps.js";
import { decode } from "./values.js";

/** How long a case may take without another limit, in milliseconds. */
export const TIME_LIMIT = 60_000;

/** A case of a suite, as one implementation is to show it. */
export interface Execution {
  readonly suite: SuiteDocument;
  readonly harness: Harness;
  readonly fixtures: Fixtures;
  readonly case: CaseDocument;
  /** The row of the table, from 1; 0 without a table. */
  readonly row: number;
  /** How long it may take, in milliseconds. */
  readonly timeLimit: number;
}

/**
 * Execute it.
 *
 * @throws what shows that a promise is broken.
 */
export async function run(execution: Execution): Promise<void> {
  const endings: (() => unknown)[] = [];
  const memory = new Map<string, unknown>();
  const setting: Setting = {
    case: execution.case.name,
    once<T>(name: string, make: () => T): T {
      if (!memory.has(name)) memory.set(name, make());
      // Whoever asks for a name made what is under it.
      return memory.get(name) as T;
    },
    atEnd(action) {
      endings.push(action);
    },
  };
  const made: Call[] = [];
  try {
    const current = new Run(execution, setting, made);
    await limited(current.all(), execution.timeLimit, () => current.latest);
  } finally {
    await limited(end(made, endings), execution.timeLimit);
  }
}

class Run {
  readonly #execution: Execution;
  readonly #setting: Setting;
  readonly #calls: Calls;
  readonly #factories: Readonly<Record<string, SubjectFactory>>;
  readonly #made: Call[];
  #steps: Steps | undefined;

  constructor(execution: Execution, setting: Setting, made: Call[]) {
    const { suite, harness, fixtures } = execution;
    this.#execution = execution;
    this.#setting = setting;
    this.#calls = new Calls(suite, harness, fixtures, setting);
    this.#factories = { ...fixtures.subjects, ...harness.subjects };
    this.#made = made;
  }

  async all(): Promise<void> {
    const { suite, case: each, row } = this.#execution;
    const names = new Names();
    const values = (tagged: Tagged): unknown =>
      decode(tagged, { suite, lookup: (path) => this.#lookup(names, path) });
    for (const [name, value] of Object.entries(each.table[row - 1] ?? {})) {
      names.set(name, values(value));
    }
    const given: Record<string, unknown> = {};
    for (const { name, subject, options } of each.given) {
      const decoded = Object.fromEntries(
        Object.entries(options).map(([option, value]) => [option, values(value)]),
      );
      given[name] = await this.#make(subject, decoded);
      names.set(name, given[name], { subject });
    }
    if (each.steps === undefined) {
      await this.#byHand(names, given);
      return;
    }
    const make = (subject: string, options: Arguments): Promise<unknown> =>
      this.#make(subject, options);
    const lookup = (at: Names, path: readonly string[]): unknown => this.#lookup(at, path);
    this.#steps = new Steps(suite, this.#calls, make, lookup);
    await this.#steps.all(each.steps, names);
  }

  /** The step that began last, if there is one. */
  get latest(): Steps["latest"] {
    return this.#steps?.latest;
  }

  async #byHand(names: Names, given: Readonly<Record<string, unknown>>): Promise<void> {
    const { case: each, harness, fixtures } = this.#execution;
    const body = harness.byHand?.[each.name] ?? fixtures.byHand?.[each.name];
    if (body === undefined) {
      throw new Failure(
        `no body: the harness has to give one that does this: ${each.by_hand ?? ""}`,
      );
    }
    const bench: Bench = {
      given,
      setting: this.#setting,
      make: (subject, options = {}) => this.#make(subject, options),
      call: async (name, member, args = {}) =>
        this.#calls.find(names.get(name), member).invoke(args),
    };
    await body(bench);
  }

  async #make(subject: string, options: Arguments): Promise<unknown> {
    const { suite } = this.#execution;
    const factory = this.#factories[subject];
    if (factory === undefined) throw new Error(`nobody makes a ${subject}`);
    const slots = suite.subjects[subject]?.options ?? {};
    const object = await factory(this.#calls.filled(slots, options), this.#setting);
    if (object === undefined || object === null) {
      throw new Failure(`the factory of ${subject} returned nothing`);
    }
    this.#made.push(this.#calls.find({ value: object, type: { subject } }, "close"));
    return object;
  }

  #lookup(names: Names, [name = "", property]: readonly string[]): unknown {
    const named = names.get(name);
    return property === undefined ? named.value : this.#calls.read(named, property).invoke({});
  }
}

/** Close what was made, the last one first. Whether closing works, cases ask on their own. */
async function end(made: readonly Call[], endings: readonly (() => unknown)[]): Promise<void> {
  for (const call of [...made].reverse()) {
    try {
      await call.invoke({});
    } catch {
      // A case that makes closing fail is at its end, too.
    }
  }
  for (const action of [...endings].reverse()) await action();
}

async function limited(
  work: Promise<void>,
  limit: number,
  latest?: () => Steps["latest"],
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const problem = `not done within ${limit / 1000} s`;
      const step = latest?.();
      reject(
        step === undefined
          ? new Failure(problem)
          : new StepFailure(step.line, step.text, problem, undefined),
      );
    }, limit);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
