// Uses what is generated from the specs beside it, as a plugin or a host would.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkMembers,
  Colour,
  CutOff,
  Failed,
  findProblems,
  ForwardingToolbox,
  Gone,
  isFailed,
  isGone,
  isMissing,
  isRefused,
  lampFrom,
  Late,
  Missing,
  type Page,
  Refused,
  Taken,
  type Toolbox,
  toolboxFrom,
  type ToolboxAddOptions,
  toolboxMembers,
  type TypedResourceSource,
  UnimplementedError,
  UnimplementedToolbox,
  UnsatisfiedError,
  type WorkshopResources,
} from "@workshop/contracts";
import { StubLamp, StubToolbox } from "@workshop/contracts/testing";

const METHODS = ["add", "check", "fetch", "list", "save", "tidy", "pick", "turn"] as const;
const MEMBERS = [...METHODS, "label", "maxWeight"] as const;
const PAGE: Page = { number: 1 };
const ARGS = {
  add: [1, 2, { scale: 3 }],
  check: [1],
  fetch: ["a", { colour: Colour.Red }],
  list: [],
  save: [PAGE],
  tidy: [],
  pick: [[1]],
  turn: [[1]],
} as const satisfies Record<(typeof METHODS)[number], readonly unknown[]>;

/** Call a member, whatever it is; a failure is a rejection. */
async function use(toolbox: Toolbox, name: (typeof MEMBERS)[number]): Promise<unknown> {
  const member: unknown = toolbox[name];
  if (typeof member !== "function" || name === "label" || name === "maxWeight") return member;
  return Reflect.apply(member, toolbox, ARGS[name]);
}

test("a stub records every call with its arguments", async () => {
  const stub = new StubToolbox({
    add: (first, second = 0, options = {}) => (first + second) * (options.scale ?? 1),
    fetch: async (key, options) => ({ number: 1, title: `${key} in ${options?.colour}` }),
  });
  assert.equal(stub.add(1), 1);
  assert.equal(stub.add(1, 2, { scale: 10 }), 30);
  assert.deepEqual(await stub.fetch("a", { colour: Colour.Red }), { number: 1, title: "a in red" });
  assert.deepEqual(stub.calls, [
    { method: "add", args: [1] },
    { method: "add", args: [1, 2, { scale: 10 }] },
    { method: "fetch", args: ["a", { colour: "red" }] },
  ]);
  const [first] = stub.calls;
  assert.ok(first?.method === "add");
  const given: number = first.args[0];
  assert.equal(given, 1);
});

test("handlers of a stub may be changed while it is in use", () => {
  const stub = new StubToolbox({ check: () => true });
  assert.equal(stub.check(1), true);
  stub.handlers.check = () => false;
  assert.equal(stub.check(1), false);
});

for (const name of MEMBERS) {
  test(`a stub without a handler for ${name} fails by its name`, async () => {
    const stub = new StubToolbox();
    await assert.rejects(
      async () => use(stub, name),
      (error: unknown) =>
        error instanceof UnimplementedError &&
        error.member === `StubToolbox.${name}` &&
        error.message.includes(`StubToolbox.${name}`),
    );
    assert.equal(stub.calls.length, name === "label" || name === "maxWeight" ? 0 : 1);
  });

  test(`an unimplemented base fails at ${name} by its name`, async () => {
    class Mine extends UnimplementedToolbox {}
    await assert.rejects(
      async () => use(new Mine(), name),
      (error: unknown) => error instanceof UnimplementedError && error.member === `Toolbox.${name}`,
    );
  });

  test(`a forwarding base forwards ${name}`, async () => {
    const inner = new Proxy({} as Toolbox, {
      get: (_, member) =>
        member === "label" || member === "maxWeight"
          ? `the ${member}`
          : (...args: unknown[]) => [member, ...args],
    });
    const answer = await use(new ForwardingToolbox(inner), name);
    if (name === "label" || name === "maxWeight") assert.equal(answer, `the ${name}`);
    else assert.deepEqual(answer, [name, ...ARGS[name]]);
  });
}

test("a failure of an async method of a base is a rejection, not an exception", async () => {
  await assert.rejects(new UnimplementedToolbox().list(), UnimplementedError);
  await assert.rejects(new StubToolbox().save(PAGE), UnimplementedError);
});

test("a property that is undefined is set", () => {
  const stub = new StubToolbox({ maxWeight: undefined, label: "a" } as Partial<Toolbox>);
  assert.equal(stub.maxWeight, undefined);
  assert.equal(stub.label, "a");
});

test("a decorator overrides what it changes", () => {
  class Doubling extends ForwardingToolbox {
    override add(first: number, second = 0, options?: ToolboxAddOptions): number {
      return super.add(first * 2, second * 2, options);
    }
  }
  const inner = new StubToolbox({ add: (first, second = 0) => first + second, check: () => true });
  const outer = new Doubling(inner);
  assert.equal(outer.add(1, 2), 6);
  assert.equal(outer.check(1), true);
});

test("a subclass of a base is a Toolbox", () => {
  class Mine extends UnimplementedToolbox {
    override get label(): string {
      return "mine";
    }
  }
  const toolbox = new Mine() satisfies Toolbox;
  assert.equal(toolbox.label, "mine");
  assert.deepEqual(findProblems(toolbox, toolboxMembers), []);
});

test("an accessor gives what fits", () => {
  const lamp = new StubLamp();
  assert.equal(lampFrom({ get: () => lamp }), lamp);
  const source: TypedResourceSource<WorkshopResources> = new (class {
    get(name: string): never {
      return { lamp }[name] as never;
    }
  })();
  assert.equal(source.get("lamp"), lamp);
});

test("an accessor refuses a wrong object and lists what it lacks", () => {
  const half = { label: "half", add: 7, check: () => true, then: undefined };
  assert.throws(
    () => toolboxFrom({ get: () => half }),
    (error: unknown) => {
      assert.ok(error instanceof UnsatisfiedError);
      assert.equal(error.code, "UNSATISFIED");
      assert.equal(error.resource, "toolbox");
      for (const name of ["fetch", "list", "save", "tidy", "pick", "turn", "maxWeight"]) {
        assert.ok(error.message.includes(`${name} is missing`), error.message);
      }
      assert.ok(error.message.includes("add is no method"), error.message);
      assert.ok(!/label|check/.test(error.message), error.message);
      return true;
    },
  );
});

test("an accessor refuses what is not there", () => {
  for (const nothing of [undefined, null]) {
    assert.throws(() => lampFrom({ get: () => nothing }), UnsatisfiedError);
  }
  assert.throws(() => checkMembers("toolbox", 7, toolboxMembers), UnsatisfiedError);
});

test("errors are a tree", () => {
  const cases: readonly [Error, readonly unknown[], readonly unknown[]][] = [
    [new Failed(), [Error, Failed], [Missing, RangeError]],
    [new Missing({ key: "a" }), [Missing, Failed, Error], [Gone, Refused]],
    [new Gone({ key: "a", uses: 3 }), [Gone, Missing, Failed, Error], [Taken]],
    [new Refused({ argument: "a", reason: "b" }), [Refused, Failed, RangeError, Error], [Missing]],
    [new Taken(), [Taken, Failed, Error], [RangeError]],
    [new Late(), [Late, Failed, Error], [CutOff]],
    [new CutOff(), [CutOff, Failed, Error], [Late]],
  ];
  for (const [error, is, isNot] of cases) {
    for (const type of is) assert.ok(error instanceof (type as typeof Error), `${error} ${type}`);
    for (const type of isNot) assert.ok(!(error instanceof (type as typeof Error)), error.name);
  }
});

test("errors have a stable code, a name and a guard", () => {
  const gone: unknown = new Gone({ key: "a", uses: 3 });
  assert.ok(isGone(gone) && isMissing(gone) && isFailed(gone));
  assert.equal(gone.code, "GONE");
  assert.equal(gone.name, "Gone");
  assert.equal(new Refused({ argument: "a", reason: "b" }).code, "REFUSED");
  assert.equal(new CutOff().code, "CUT_OFF");
  assert.ok(!isRefused(gone) && !isGone(new Missing({ key: "a" })) && !isFailed(new Error()));
  assert.ok(!isFailed(undefined) && !isFailed({ code: "FAILED" }));
});

test("messages show fields, and fields have their values", () => {
  const gone = new Gone({ key: "a", uses: 3 });
  assert.equal(gone.message, "a is gone, after 3 uses: nobody knows");
  assert.deepEqual([gone.key, gone.uses, gone.why], ["a", 3, "nobody knows"]);
  assert.equal(new Gone({ key: "a", uses: 3, why: "x" }).message, "a is gone, after 3 uses: x");
  assert.equal(new Missing({ key: "a" }).message, "there is no a");
  assert.equal(new Refused({ argument: "size", reason: "too large" }).message, "size: too large");
  assert.equal(new Failed().message, "it failed");
});

test("an error keeps its cause and may have another message", () => {
  const cause = new Error("the disk");
  assert.equal(new Gone({ key: "a", uses: 3 }, { cause }).cause, cause);
  assert.equal(new Missing({ key: "a" }, { message: "other" }).message, "other");
});

test("a class derived by hand is told apart from its parent", () => {
  class Mine extends Missing {}
  assert.ok(new Mine({ key: "a" }) instanceof Missing);
  assert.ok(!(new Missing({ key: "a" }) instanceof Mine));
});

test("generic methods keep their types", async () => {
  const stub = new StubToolbox({
    pick: (items) => {
      const [first] = items;
      if (first === undefined) throw new Refused({ argument: "items", reason: "empty" });
      return first;
    },
    turn: async (items) => [...items].reverse(),
  });
  const picked: string = stub.pick(["a", "b"]);
  const turned: number[] = await stub.turn([1, 2]);
  assert.equal(picked, "a");
  assert.deepEqual(turned, [2, 1]);
  assert.throws(() => stub.pick([]), Refused);
});

test("enums are their names in the specification", () => {
  assert.deepEqual(Colour, { Red: "red", DarkBlue: "dark_blue" });
});
