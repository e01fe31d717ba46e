/** A small resource with a suite of its own, to judge the judge. */

import type { Harness, Suite } from "../src/index.js";
import { judge, type Outcome } from "../src/index.js";

/** An error as generated code has it. */
export class TooHigh extends RangeError {
  readonly limit: number;

  constructor(limit: number) {
    super(`higher than ${limit}`);
    this.limit = limit;
  }
}

Object.defineProperty(TooHigh, Symbol.for("dagstack-idl:lineage"), { value: ["counting/TooHigh"] });

/** Counts up to a limit, and may be wrong in several ways. */
export class Counter {
  count = 0;
  closed = 0;
  readonly #limit: number;

  constructor(limit = 100) {
    this.#limit = limit;
  }

  add(amount: number): number {
    if (this.count + amount > this.#limit) throw new TooHigh(this.#limit);
    this.count += amount;
    return this.count;
  }

  async later(amount: number, options?: { readonly times?: number }): Promise<number> {
    await Promise.resolve();
    return this.add(amount * (options?.times ?? 1));
  }

  total(): bigint {
    return BigInt(this.count);
  }

  bytes(): Uint8Array {
    return new Uint8Array([1, 2]);
  }

  reset(): void {
    this.count = 0;
  }

  close(): void {
    this.closed += 1;
  }
}

const INTERFACE = {
  name: "Counter",
  methods: {
    add: method("add", "instant", [["amount", "int"]], "int"),
    later: {
      ...method("later", "async", [["amount", "int"]], "int"),
      options: [{ name: "times", field: "times", type: { maybe: "int" } }],
    },
    total: method("total", "instant", [], "int64"),
    bytes: method("bytes", "instant", [], "bytes"),
    reset: method("reset", "instant", [], null),
  },
  properties: { count: { name: "count", type: "int" } },
};

function method(name: string, effect: string, params: [string, string][], returns: string | null) {
  const listed = params.map(([param, type]) => ({ name: param, type, required: true }));
  return { name, effect, params: listed, options: [], returns, fails: true };
}

/** Parts of a case that differ. */
export interface CaseParts {
  readonly name?: string;
  readonly needs?: readonly string[];
  readonly given?: readonly unknown[];
  readonly table?: readonly unknown[];
  readonly steps?: readonly unknown[];
  readonly by_hand?: string;
}

/** A suite with these cases. Each is given a counter called `c`. */
export function suiteOf(...cases: readonly CaseParts[]): Suite {
  return {
    format: 1,
    suite: "counter",
    source: "spec/conformance/counter.yaml",
    summary: "What every counter must show.",
    promises: {},
    capabilities: { memory: "It remembers." },
    subjects: {
      Counter: {
        is: ["Counter"],
        options: { limit: { type: "int", default: 100 } },
        properties: { closed: { type: "int" } },
        actions: {
          jump_to: {
            params: { count: { type: "int", default: 7 } },
            returns: "int",
            errors: ["TooHigh"],
          },
        },
      },
      Helper: { is: [], options: {}, properties: {}, actions: {} },
    },
    interfaces: { Counter: INTERFACE },
    records: { Pair: { name: "Pair", fields: { first_part: "firstPart", second: "second" } } },
    enums: {},
    errors: {
      TooHigh: {
        name: "TooHigh",
        home: "counting",
        fields: { limit: { name: "limit", type: "int" } },
      },
    },
    cases: cases.map((each, n) => ({
      name: `case_${n}`,
      line: 10 * (n + 1),
      summary: "It counts.",
      shows: [],
      needs: [],
      given: [{ name: "c", subject: "Counter", options: {} }],
      table: [],
      ...("by_hand" in each ? {} : { steps: [] }),
      ...each,
    })),
  };
}

/** A harness that makes counters; they are listed as they are made. */
export function harnessOf(parts: Partial<Harness> = {}, made: Counter[] = []): Harness {
  return {
    name: "PlainCounter",
    subjects: {
      Counter: ({ limit }) => {
        const counter = new Counter(limit as number);
        made.push(counter);
        return counter;
      },
    },
    has: ["memory"],
    actions: {
      "Counter.jump_to": (counter: Counter, { count }) =>
        counter.add((count as number) - counter.count),
    },
    ...parts,
  };
}

/** What comes of one case with these steps. */
export async function outcomeOf(...steps: readonly unknown[]): Promise<Outcome> {
  const [outcome] = await judge(suiteOf({ steps }), harnessOf());
  if (outcome === undefined) throw new Error("nothing was executed");
  return outcome;
}
