import {
  type BlobStore,
  type Clock,
  ForwardingClock,
  type Rng,
  ResourceClosed,
  type StandardResources,
  UndeclaredResource,
} from "@dagstack/contracts";
import { describe, expect, expectTypeOf, test } from "vitest";

import {
  DeterministicRng,
  FrozenClock,
  InMemoryBlobStore,
  RandomRng,
  ResourceRegistry,
} from "../../src/index.js";
import { Thing, failureOf } from "./things.js";

class Later extends ForwardingClock {
  override now(): Date {
    return new Date(super.now().getTime() + 1000);
  }
}

function standard(): ResourceRegistry {
  const registry = new ResourceRegistry();
  registry.register("clock", new FrozenClock({ now: new Date(0) }));
  registry.register("rng", new DeterministicRng({ seed: 42 }));
  registry.register("blob_store", new InMemoryBlobStore());
  return registry;
}

describe("a scope", () => {
  test("shows what the plugin declares, with its types", async () => {
    await using registry = standard();
    registry.register("cache", 7);
    const scope = await registry.scope("a", {
      required: ["clock", "cache"],
      optional: ["rng", "http_client"],
    });
    const { resources } = scope;
    expect(resources.clock.now()).toEqual(new Date(0));
    expect(resources.cache).toBe(7);
    expect(resources.http_client).toBeUndefined();
    expect(resources.get("clock")).toBe(resources.clock);
    expect(scope.get("clock")).toBe(resources.clock);
    expect(scope.get("http_client")).toBeUndefined();
    expectTypeOf(resources.clock).toEqualTypeOf<Clock>();
    expectTypeOf(resources.get("clock")).toEqualTypeOf<Clock>();
    expectTypeOf(resources.rng).toEqualTypeOf<Rng | undefined>();
    expectTypeOf(resources.cache).toBeUnknown();
    expect(scope.plugin).toBe("a");
  });

  test("shows names that are known at run time only", async () => {
    await using registry = standard();
    const names: string[] = ["clock", "blob_store"];
    const { resources } = await registry.scope("a", { required: names });
    expectTypeOf(resources.blob_store).toEqualTypeOf<StandardResources["blob_store"]>();
    expect(await (resources.get("blob_store") satisfies BlobStore).list()).toEqual([]);
    expect(() => resources.other).toThrow(UndeclaredResource);
  });

  test("refuses what the plugin did not declare", async () => {
    await using registry = standard();
    const scope = await registry.scope("a", { required: ["clock"] });
    const expected = expect.objectContaining({ code: "UNDECLARED_RESOURCE", plugin: "a" }) as Error;
    // @ts-expect-error: the compiler does, too
    expect(() => scope.resources.rng as unknown).toThrow(expected);
    expect(() => scope.resources.get("rng")).toThrow(expected);
    expect(() => scope.get("rng")).toThrow(
      "plugin a does not declare resource rng: add it to resources.required",
    );
    // @ts-expect-error: a slip of the pen
    expect(() => scope.resources.httpClient as unknown).toThrow(expected);
    expect(() => scope.get("toString")).toThrow(expected);
    expect(() => scope.get("__proto__")).toThrow(expected);
  });

  test("cannot be changed by the plugin", async () => {
    await using registry = standard();
    const { resources } = await registry.scope("a", { required: ["clock"] });
    const open = resources as unknown as Record<string, unknown>;
    expect(() => {
      open.clock = 1;
    }).toThrow("the host decides what a plugin sees");
    expect(() => delete open.clock).toThrow(TypeError);
    expect(() => Object.defineProperty(open, "x", { value: 1 })).toThrow(TypeError);
    expect(() => Object.freeze(open)).toThrow(TypeError);
    expect(() => Object.setPrototypeOf(open, {}) as unknown).toThrow(TypeError);
    expect(resources.clock).toBe(registry.get("clock"));
  });

  test("behaves as an object", async () => {
    await using registry = standard();
    const needs = { required: ["clock"], optional: ["blob_store", "http_client"] } as const;
    const { resources } = await registry.scope("a", needs);
    expect(["clock" in resources, "http_client" in resources, "tmpdir" in resources]).toEqual([
      ...[true, false, false],
    ]);
    expect(Object.keys(resources)).toEqual(["blob_store", "clock"]);
    expect({ ...resources }).toEqual({
      blob_store: resources.blob_store,
      clock: resources.clock,
    });
    // Neither `await` nor a printer takes it for something else.
    expect(await Promise.resolve(resources)).toBe(resources);
    expect(JSON.stringify({ a: resources })).toContain('"clock"');
    expect(Object.prototype.toString.call(resources)).toBe("[object Object]");
    const { clock } = resources;
    expect(clock).toBe(resources.clock);
  });

  test("shows a resource whose name is asked of any object", async () => {
    await using registry = standard();
    registry.register("prototype", 7);
    const { resources } = await registry.scope("a", { required: ["prototype"] });
    expect([resources.prototype, resources.get("prototype")]).toEqual([7, 7]);
    expect({ ...resources }).toEqual({ prototype: 7 });
  });

  test("is empty once it is closed", async () => {
    await using registry = standard();
    const scope = await registry.scope("a", { required: ["clock"], optional: ["tmpdir"] });
    const { resources } = scope;
    await scope.close();
    const expected = expect.objectContaining({ resource: "resource clock of plugin a" }) as Error;
    expect(() => resources.clock).toThrow(expected);
    expect(() => resources.tmpdir).toThrow(ResourceClosed);
    expect(() => scope.get("clock")).toThrow(expected);
    expect(Object.keys(resources)).toEqual([]);
    expect("clock" in resources).toBe(false);
    expect(registry.get("clock").now()).toEqual(new Date(0));
  });

  test("does not open where something required is missing", async () => {
    await using registry = standard();
    const log: string[] = [];
    registry.registerFactory("db", () => new Thing("db", log));
    const opening = registry.scope("a", { required: ["db", "tmpdir", "cache"] });
    await expect(opening).rejects.toMatchObject({
      code: "MISSING_RESOURCES",
      missing: [{ resource: "cache" }, { resource: "tmpdir" }],
    });
    expect(log).toEqual([]);
  });
});

describe("a seeded rng", () => {
  test("is forked by the plugin's name", async () => {
    await using registry = standard();
    registry.get("rng").nextFloat();
    for (const plugin of ["a", "b"]) {
      const scope = await registry.scope(plugin, { required: ["rng"] });
      const expected = new DeterministicRng({ seed: 42 }).fork(plugin).nextFloat();
      expect(scope.resources.rng.nextFloat()).toBe(expected);
    }
  });

  test("is the only one that is not shared", async () => {
    await using registry = new ResourceRegistry();
    registry.register("rng", new RandomRng());
    const scope = await registry.scope("a", { required: ["rng"] });
    expect(scope.resources.rng).toBe(registry.get("rng"));
  });
});

type Deliver = (thing: Thing | Promise<Thing>) => void;

describe("a factory", () => {
  test("makes each plugin its own, which is closed with the scope, last one first", async () => {
    const log: string[] = [];
    await using registry = new ResourceRegistry();
    registry.registerFactory("db", (plugin) => new Thing(`db of ${plugin}`, log));
    registry.registerFactory("cache", async (plugin) => {
      await Promise.resolve();
      return new Thing(`cache of ${plugin}`, log);
    });
    const needs = { required: ["db", "cache"] } as const;
    const a = await registry.scope("a", needs);
    const b = await registry.scope("b", needs);
    expect(a.resources.db).not.toBe(b.resources.db);
    await a.close();
    expect(log).toEqual(["db of a", "cache of a"]);
    await a.close();
    await registry.close();
    expect(log.slice(2)).toEqual(["db of b", "cache of b"]);
  });

  test("is not called for a plugin that does not declare it", async () => {
    await using registry = new ResourceRegistry();
    registry.registerFactory("db", () => {
      throw new Error("called");
    });
    await registry.scope("a");
    await expect(registry.scope("a", { optional: ["db"] })).rejects.toThrow("called");
  });

  test("that fails takes with it what was made before", async () => {
    const log: string[] = [];
    await using registry = new ResourceRegistry();
    registry.registerFactory("a", () => new Thing("a", log));
    registry.registerFactory("b", () => Promise.reject(new Error("no b")));
    await expect(registry.scope("p", { required: ["a", "b"] })).rejects.toThrow("no b");
    expect(log).toEqual(["a"]);
    await registry.close();
    expect(log).toEqual(["a"]);
  });

  test("that fails, and closing what was made before, too, tells of both", async () => {
    const registry = new ResourceRegistry();
    registry.registerFactory("a", () => new Thing("a", [], new Error("not closed")));
    registry.registerFactory("b", () => Promise.reject(new Error("no b")));
    const failure = await failureOf(registry.scope("p", { required: ["a", "b"] }));
    expect(failure).toBeInstanceOf(AggregateError);
    expect((failure as AggregateError).errors.map(String)).toEqual([
      "Error: no b",
      "AggregateError: closing what was made for plugin p: " +
        "resource a, made for plugin p: Error: not closed",
    ]);
  });

  test("makes nothing that does not fit", async () => {
    await using registry = new ResourceRegistry();
    registry.registerFactory("clock", () => ({}) as Clock);
    registry.registerFactory("db", () => undefined);
    await expect(registry.scope("a", { required: ["clock"] })).rejects.toMatchObject({
      code: "UNFIT_RESOURCE",
      reason:
        "method now is missing, method monotonicNs is missing (made by the factory: a Object)",
    });
    await expect(registry.scope("a", { required: ["db"] })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  describe("that is slower than the host", () => {
    const opened = (
      registry: ResourceRegistry,
    ): { opening: Promise<unknown>; deliver: Deliver } => {
      let deliver: Deliver = () => undefined;
      registry.registerFactory(
        "db",
        () =>
          new Promise((resolve) => {
            deliver = resolve;
          }),
      );
      return { opening: failureOf(registry.scope("a", { required: ["db"] })), deliver };
    };

    test("is waited for, and what it made is closed before what that may depend on", async () => {
      const log: string[] = [];
      const registry = new ResourceRegistry();
      registry.register("pool", new Thing("pool", log));
      const { opening, deliver } = opened(registry);
      const closing = registry.close();
      await new Promise(setImmediate);
      expect(log).toEqual([]);
      deliver(new Thing("db", log));
      await closing;
      expect(log).toEqual(["db", "pool"]);
      expect(await opening).toBeInstanceOf(ResourceClosed);
    });

    test("has its failure to close reported with the others", async () => {
      const registry = new ResourceRegistry();
      registry.register("pool", new Thing("pool", [], new Error("no pool")));
      const { opening, deliver } = opened(registry);
      const closing = failureOf(registry.close());
      deliver(new Thing("db", [], new Error("no db")));
      expect(String(await closing)).toBe(
        "AggregateError: closing the registry: 2 failed: the scope of a: " +
          "AggregateError: closing what was made for plugin a: " +
          "resource db, made for plugin a: Error: no db; resource pool: Error: no pool",
      );
      expect(await opening).toBeInstanceOf(ResourceClosed);
    });

    test("tells its own failure to who opens the scope", async () => {
      const registry = new ResourceRegistry();
      const { opening, deliver } = opened(registry);
      const closing = registry.close();
      deliver(Promise.reject(new Error("no db")));
      await closing;
      expect(String(await opening)).toBe("Error: no db");
    });

    test("is not waited for for ever, and still leaves nothing open", async () => {
      const log: string[] = [];
      const registry = new ResourceRegistry({ closeTimeout: 1 });
      registry.register("pool", new Thing("pool", log));
      const { opening, deliver } = opened(registry);
      expect(String(await failureOf(registry.close()))).toContain(
        "resource db, made for plugin a: Error: not made within 0.001 s",
      );
      deliver(new Thing("db", log));
      expect(await opening).toBeInstanceOf(ResourceClosed);
      expect(log).toEqual(["pool", "db"]);
    });
  });
});

describe("a decorator", () => {
  test("wraps for every plugin, the first one innermost", async () => {
    await using registry = standard();
    const seen: string[] = [];
    registry.decorate("clock", (inner, plugin) => {
      seen.push(plugin);
      return new Later(inner);
    });
    registry.decorate("clock", (inner) => new Later(inner));
    const scope = await registry.scope("a", { required: ["clock"] });
    expect(scope.resources.clock.now()).toEqual(new Date(2000));
    expect(registry.get("clock").now()).toEqual(new Date(2000));
    expect(seen).toEqual(["a", "the host"]);
  });

  test("wraps for one plugin", async () => {
    await using registry = standard();
    registry.decorate("clock", (inner) => new Later(inner), { plugin: "a" });
    const a = await registry.scope("a", { required: ["clock"] });
    const b = await registry.scope("b", { required: ["clock"] });
    expect(a.resources.clock.now()).toEqual(new Date(1000));
    expect(b.resources.clock.now()).toEqual(new Date(0));
  });

  test("wraps what a factory made, and is not closed in its place", async () => {
    const log: string[] = [];
    await using registry = new ResourceRegistry();
    registry.registerFactory("db", () => new Thing("inner", log));
    registry.decorate("db", () => new Thing("wrap", log));
    const scope = await registry.scope("a", { required: ["db"] });
    expect(scope.resources.db).toMatchObject({ name: "wrap" });
    await scope.close();
    expect(log).toEqual(["inner"]);
  });

  test("makes nothing that does not fit", async () => {
    await using registry = standard();
    registry.decorate("clock", () => ({}) as Clock);
    await expect(registry.scope("a", { required: ["clock"] })).rejects.toMatchObject({
      code: "UNFIT_RESOURCE",
      problems: ["method now is missing", "method monotonicNs is missing"],
    });
  });

  test("needs something to wrap", () => {
    expect(() => {
      standard().decorate("clocks", () => 1);
    }).toThrow("name: there is no resource clocks (did you mean clock?)");
  });
});
