/**
 * What the steps of a case do.
 *
 * @packageDocumentation
 */

import type { Call, Calls } from "./calls.js";
import type { Step, SuiteDocument, Tagged, TypeTree } from "./document.js";
import { errorMismatch, Failure } from "./errors.js";
import { mismatch } from "./expectations.js";
import type { Arguments } from "./harness.js";
import { Names } from "./names.js";
import { show } from "./show.js";
import { misfit } from "./types.js";
import { decode, fitted } from "./values.js";

/** A step that does not show what it should, with the line that it was written in. */
export class StepFailure extends Failure {
  readonly line: number | undefined;

  constructor(line: number | undefined, step: string, problem: string, cause: unknown) {
    super(`${step}: ${problem}`, { cause });
    this.line = line;
  }
}

/** What a step came to: what it returned, or what it threw. */
type Result = { readonly returned: unknown } | { readonly thrown: unknown };

type Make = (subject: string, options: Arguments) => Promise<unknown>;
type Lookup = (names: Names, path: readonly string[]) => unknown;

/** Executes lists of steps. */
export class Steps {
  readonly #suite: SuiteDocument;
  readonly #calls: Calls;
  readonly #make: Make;
  readonly #lookup: Lookup;
  #latest: Step | undefined;
  #ended = 0;

  constructor(suite: SuiteDocument, calls: Calls, make: Make, lookup: Lookup) {
    this.#suite = suite;
    this.#calls = calls;
    this.#make = make;
    this.#lookup = lookup;
  }

  /** The step that began last: if the case hangs, it most likely does there. */
  get latest(): { readonly line: number | undefined; readonly text: string } | undefined {
    return this.#latest && { line: this.#latest.line, text: shown(this.#latest) };
  }

  /** Execute steps, one after the other. */
  async all(steps: readonly Step[], names: Names): Promise<void> {
    for (const step of steps) await this.#one(step, names);
  }

  async #one(step: Step, names: Names): Promise<void> {
    if (step.do !== undefined || step.branches !== undefined) {
      await this.#block(step, names);
      return;
    }
    this.#latest = step;
    try {
      await this.#verb(step, names);
    } catch (error) {
      if (error instanceof StepFailure) throw error;
      const problem = error instanceof Failure ? error.message : `threw ${show(error)}`;
      throw new StepFailure(step.line, shown(step), problem, error);
    }
  }

  async #verb(step: Step, names: Names): Promise<void> {
    if (step.call !== undefined) {
      const call = this.#find(step.call, names);
      const result = await settled(() => call.invoke(this.#args(step, names)));
      this.#judge(step, names, result, call.returns);
    } else if (step.read !== undefined) {
      const call = this.#calls.read(names.get(step.read[0]), step.read[1]);
      this.#judge(step, names, await settled(() => call.invoke({})), call.returns);
    } else if (step.make !== undefined) {
      const { subject, options = {} } = step.make;
      const decoded = this.#values(options, names);
      this.#judge(step, names, await settled(() => this.#make(subject, decoded)), { subject });
    } else if (step.start !== undefined) {
      this.#start(step, names);
    } else if (step.wait !== undefined) {
      const task = names.task(step.wait);
      this.#judge(step, names, await settled(() => task.result), task.type ?? undefined);
    } else if (step.cancel !== undefined) {
      throw new Failure("a promise cannot be cancelled");
    } else if (step.pending !== undefined) {
      await this.#expectPending(step.pending, names);
    } else if (step.ended !== undefined) {
      expectOrder(step.ended, names);
    } else {
      this.#plain(step, names);
    }
  }

  #plain(step: Step, names: Names): void {
    if (step.let !== undefined) {
      for (const [name, value] of step.let) names.set(name, this.#value(value, names));
    } else if (step.overwrite !== undefined) {
      overwrite(this.#value(step.overwrite, names));
    } else if (step.check !== undefined) {
      this.#expect(step.is ?? null, this.#value(step.check, names), names);
    } else {
      throw new Error(`this runner knows no step ${JSON.stringify(step)}`);
    }
  }

  async #block(step: Step, names: Names): Promise<void> {
    const { branches, do: body = [] } = step;
    if (branches !== undefined) {
      await atOnce(branches.map((branch) => () => this.all(branch, new Names(names))));
      return;
    }
    const variable = step.together ?? step.for ?? "";
    const each = this.#items(step, names).map((item) => () => {
      const inner = new Names(names);
      inner.set(variable, item);
      return this.all(body, inner);
    });
    if (step.together !== undefined) await atOnce(each);
    else for (const once of each) await once();
  }

  #items(step: Step, names: Names): unknown[] {
    const { in: items = [] } = step;
    if (!("from" in items)) return items.map((item) => this.#value(item, names));
    const [from, to] = [items.from, items.to].map((end) => Number(this.#value(end, names)));
    const [first, last] = [from ?? 0, to ?? -1];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
  }

  #start(step: Step, names: Names): void {
    const call = this.#find(step.start ?? ["", ""], names);
    const args = this.#args(step, names);
    const result = (async () => call.invoke(args))();
    const task = { result, type: call.returns ?? null, shown: shown(step) };
    const started: Parameters<Names["setTask"]>[1] = task;
    const note = (): void => {
      started.ended = ++this.#ended;
    };
    result.then(note, note);
    names.setTask(step.as ?? "", started);
  }

  async #expectPending(pending: readonly string[], names: Names): Promise<void> {
    // Whatever is ready to go on does so first.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    for (const name of pending) {
      if (names.task(name).ended !== undefined) throw new Failure(`${name} has ended`);
    }
  }

  #judge(step: Step, names: Names, result: Result, type: TypeTree | null | undefined): void {
    if (step.raises !== undefined) {
      if (!("thrown" in result)) {
        throw new Failure(
          `expected ${step.raises.error}, but it returned ${show(result.returned)}`,
        );
      }
      if (result.thrown instanceof Failure) throw result.thrown;
      const decoding = (value: Tagged): unknown => this.#value(value, names);
      const problem = errorMismatch(step.raises, result.thrown, this.#suite, decoding);
      if (problem !== undefined) throw new Failure(problem, { cause: result.thrown });
      return;
    }
    if ("thrown" in result) throw result.thrown;
    const problem = type === undefined ? undefined : misfit(result.returned, type, this.#suite);
    if (problem !== undefined) throw new Failure(problem);
    if (step.returns !== undefined) this.#expect(step.returns, result.returned, names, type);
    if (step.as !== undefined) names.set(step.as, result.returned, type ?? null);
  }

  #expect(expected: Tagged, actual: unknown, names: Names, type?: TypeTree | null): void {
    const wanted = fitted(this.#value(expected, names), type ?? null);
    const problem = mismatch(wanted, actual, this.#suite);
    if (problem !== undefined) throw new Failure(problem);
  }

  #find([name, member]: readonly [string, string], names: Names): Call {
    return this.#calls.find(names.get(name), member);
  }

  #args(step: Step, names: Names): Arguments {
    return this.#values(step.args ?? {}, names);
  }

  #values(tagged: Readonly<Record<string, Tagged>>, names: Names): Arguments {
    return Object.fromEntries(
      Object.entries(tagged).map(([name, value]) => [name, this.#value(value, names)]),
    );
  }

  #value(tagged: Tagged, names: Names): unknown {
    const lookup = (path: readonly string[]): unknown => this.#lookup(names, path);
    return decode(tagged, { suite: this.#suite, lookup });
  }
}

async function settled(action: () => unknown): Promise<Result> {
  try {
    return { returned: await action() };
  } catch (thrown) {
    return { thrown };
  }
}

/** Begin all at the same time; when all have ended, fail as the first of them that failed. */
async function atOnce(bodies: readonly (() => Promise<void>)[]): Promise<void> {
  const results = await Promise.allSettled(bodies.map((body) => body()));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

function expectOrder(expected: readonly string[], names: Names): void {
  let before = 0;
  for (const name of expected) {
    const { ended } = names.task(name);
    if (ended === undefined) throw new Failure(`${name} has not ended`);
    if (ended < before) throw new Failure(`${name} ended before the one that should come first`);
    before = ended;
  }
}

function overwrite(value: unknown): void {
  if (value instanceof Uint8Array) value.forEach((byte, n) => (value[n] = byte ^ 0xff));
}

/** A step as its author wrote it, in short. */
function shown(step: Step): string {
  for (const verb of ["call", "read", "start"] as const) {
    const called = step[verb];
    if (called !== undefined) return `${verb} ${called.join(".")}`;
  }
  if (step.make !== undefined) return `make ${step.make.subject}`;
  if (step.wait !== undefined) return `wait ${step.wait}`;
  const verbs = ["pending", "ended", "check", "cancel", "overwrite", "let"] as const;
  return verbs.find((verb) => step[verb] !== undefined) ?? "step";
}
