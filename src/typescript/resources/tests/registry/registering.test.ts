import {
  type Clock,
  InvalidArgument,
  MissingResources,
  ResourceClosed,
  type StandardResources,
  type TypedResourceSource,
  UnfitResource,
  UnimplementedClock,
  clockFrom,
} from "@dagstack/contracts";
import { describe, expect, expectTypeOf, test } from "vitest";

import { FrozenClock, ResourceRegistry, SystemClock } from "../../src/index.js";

const clock = (): FrozenClock => new FrozenClock({ now: new Date(0) });

describe("registering", () => {
  test("makes a resource readable, with its type", () => {
    const registry = new ResourceRegistry() satisfies TypedResourceSource<StandardResources>;
    const given = clock();
    registry.register("clock", given);
    registry.register("postgres", { query: () => 1 });
    expect(registry.get("clock")).toBe(given);
    expect(clockFrom(registry)).toBe(given);
    expectTypeOf(registry.get("clock")).toEqualTypeOf<Clock>();
    expectTypeOf(registry.get("postgres")).toBeUnknown();
    expect(registry.names()).toEqual(["clock", "postgres"]);
    expect([registry.has("clock"), registry.has("rng")]).toEqual([true, false]);
  });

  test("knows the types of a host's own catalogue", () => {
    interface Pool {
      query(): number;
    }
    const registry = new ResourceRegistry<StandardResources & { readonly postgres: Pool }>();
    registry.register("postgres", { query: () => 7 });
    expect(registry.get("postgres").query()).toBe(7);
    // @ts-expect-error: it has no query
    registry.register("postgres", {}, { replace: true });
  });

  test.each([
    ...["", "Clock", "httpClient", "a-b", "a b", "_a", "a_", "a__b", "1a", "é", "a.b", "__proto__"],
    ...[1, null, undefined, Symbol("a")],
  ])("refuses the name %s", (name) => {
    const registry = new ResourceRegistry();
    for (const act of [
      () => {
        registry.register(name as string, {});
      },
      () => {
        registry.registerFactory(name as string, () => ({}));
      },
    ]) {
      expect(act).toThrow(expect.objectContaining({ name: "InvalidArgument", argument: "name" }));
    }
    expect(registry.names()).toEqual([]);
  });

  test.each(["get", "then", "constructor"])("refuses the name %s, which views need", (name) => {
    expect(() => {
      new ResourceRegistry().register(name, {});
    }).toThrow("has a meaning of its own");
  });

  test("refuses a name that is taken, and keeps what has it", () => {
    const registry = new ResourceRegistry();
    registry.register("db", 1);
    for (const act of [
      () => {
        registry.register("db", 2);
      },
      () => {
        registry.registerFactory("db", () => 2);
      },
    ]) {
      expect(act).toThrow(expect.objectContaining({ name: "AlreadyExists", taken: "db" }));
    }
    expect(registry.get("db")).toBe(1);
    registry.register("db", 3, { replace: true });
    expect(registry.get("db")).toBe(3);
  });

  test.each([undefined, null, Promise.resolve(1)])("refuses %s as a resource", (resource) => {
    expect(() => {
      new ResourceRegistry().register("db", resource);
    }).toThrow(expect.objectContaining({ name: "InvalidArgument", argument: "resource" }));
  });

  test("refuses what does not fit a standard name, and says why", () => {
    const registry = new ResourceRegistry();
    const unfit = { now: 1 } as unknown as Clock;
    const problems = ["now is no method", "method monotonicNs is missing"];
    expect(() => {
      registry.register("clock", unfit);
    }).toThrow(expect.objectContaining({ name: "UnfitResource", interface: "Clock", problems }));
    expect(() => {
      registry.register("clock", unfit);
    }).toThrow(
      "clock is not a Clock: now is no method, method monotonicNs is missing (an object of type Object)",
    );
    expect(() => {
      // @ts-expect-error: neither does the compiler take it
      registry.register("clock", {});
    }).toThrow(UnfitResource);
    expect(registry.names()).toEqual([]);
    registry.register("clock", new UnimplementedClock());
  });

  test("accepts half a double where the host asks for that", async () => {
    await using registry = new ResourceRegistry({ partial: true });
    const half = { now: () => new Date(0) } as Clock;
    registry.register("clock", half);
    expect(registry.get("clock").now()).toEqual(new Date(0));
    expect(() => {
      registry.register("rng", undefined as never);
    }).toThrow(InvalidArgument);
  });

  test("refuses a factory or a wrap that is no function", () => {
    const registry = new ResourceRegistry();
    registry.register("db", 1);
    expect(() => {
      registry.registerFactory("tmpdir", {} as never);
    }).toThrow(expect.objectContaining({ argument: "factory" }));
    expect(() => {
      registry.decorate("db", 1 as never);
    }).toThrow(expect.objectContaining({ argument: "wrap" }));
  });

  test.each([-1, NaN])("refuses %d ms to close", (closeTimeout) => {
    expect(() => new ResourceRegistry({ closeTimeout })).toThrow(InvalidArgument);
  });
});

describe("looking", () => {
  test("says what looks like a missing name", () => {
    const registry = new ResourceRegistry();
    registry.register("postgres", 1);
    registry.register("blob_cache", 1);
    const missing = [{ plugin: "the host", resource: "postgre", near: ["postgres"] }];
    expect(() => registry.get("postgre")).toThrow(
      expect.objectContaining({ name: "MissingResources", missing }),
    );
    expect(() => registry.get("postgre")).toThrow(
      "required resources are missing: the host asks for postgre (did you mean postgres?)",
    );
    expect(() => registry.get("toString")).toThrow(MissingResources);
  });

  test("needs a scope for what each plugin has of its own", () => {
    const registry = new ResourceRegistry();
    registry.registerFactory("db", () => 1);
    registry.register("cache", 1);
    registry.decorate("cache", () => 2, { plugin: "a" });
    expect(() => registry.get("db")).toThrow("db is made for each plugin: open a scope");
    expect(() => registry.get("cache")).toThrow("cache is decorated for one plugin: open a scope");
  });

  test("finds all that is missing for all plugins", () => {
    const registry = new ResourceRegistry();
    registry.register("clock", new SystemClock());
    registry.register("http_cache", 1);
    registry.check({ a: ["clock"], b: [] });
    const act = (): void => {
      registry.check({ z: ["clok", "rng"], a: ["http_client", "clock", "http_client"] });
    };
    expect(act).toThrow(
      "required resources are missing: plugin a requires http_client (did you mean http_cache?); " +
        "plugin z requires clok (did you mean clock?); plugin z requires rng",
    );
    const missing = [
      { plugin: "a", resource: "http_client", near: ["http_cache"] },
      { plugin: "z", resource: "clok", near: ["clock"] },
      { plugin: "z", resource: "rng", near: [] },
    ];
    expect(act).toThrow(expect.objectContaining({ missing }));
  });
});

test("a closed registry refuses all use", async () => {
  const registry = new ResourceRegistry();
  registry.register("db", 1);
  await registry.close();
  for (const act of [
    () => {
      registry.register("a", 1);
    },
    () => {
      registry.registerFactory("a", () => 1);
    },
    () => {
      registry.decorate("db", () => 1);
    },
    () => {
      registry.check({});
    },
    () => registry.get("db"),
  ]) {
    expect(act).toThrow(ResourceClosed);
  }
  await expect(registry.scope("a")).rejects.toBeInstanceOf(ResourceClosed);
});
