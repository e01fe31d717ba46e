import { afterEach, describe, expect, test, vi } from "vitest";

import { FrozenClock, ResourceRegistry, SystemClock } from "../../src/index.js";
import { Thing, failureOf } from "./things.js";

const quiet = (): void => undefined;

afterEach(() => {
  vi.useRealTimers();
});

describe("closing a registry", () => {
  test("closes all in reverse order of registration, once", async () => {
    const log: string[] = [];
    const registry = new ResourceRegistry();
    for (const name of ["a", "b", "c"]) registry.register(name, new Thing(name, log));
    await Promise.all([registry.close(), registry.close(), registry[Symbol.asyncDispose]()]);
    await registry.close();
    expect(log).toEqual(["c", "b", "a"]);
  });

  test("is done when a later call returns", async () => {
    const registry = new ResourceRegistry();
    const log: string[] = [];
    registry.register("a", new Thing("a", log));
    void registry.close();
    await registry.close();
    expect(log).toEqual(["a"]);
  });

  test("closes an object with two names once, at the turn of the first", async () => {
    const log: string[] = [];
    const registry = new ResourceRegistry();
    const shared = new Thing("shared", log);
    registry.register("a", shared);
    registry.register("b", new Thing("b", log));
    registry.register("c", shared);
    await registry.close();
    expect(log).toEqual(["b", "shared"]);
  });

  test("closes scopes first, the last one first", async () => {
    const log: string[] = [];
    const registry = new ResourceRegistry();
    registry.register("a", new Thing("a", log));
    registry.registerFactory("b", (plugin) => new Thing(plugin, log));
    await registry.scope("p", { required: ["b"] });
    await registry.scope("q", { required: ["b"] });
    await registry.close();
    expect(log).toEqual(["q", "p", "a"]);
  });

  test("goes on whatever fails, and tells of everything once", async () => {
    const log: string[] = [];
    const registry = new ResourceRegistry();
    const failures = [new Error("no a"), new TypeError("no c"), "no text"] as const;
    registry.register("a", new Thing("a", log, failures[0]));
    registry.register("b", new Thing("b", log));
    registry.register("c", new Thing("c", log, failures[1]));
    registry.register("d", {
      close: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- others do
        throw failures[2];
      },
    });
    const failure = await failureOf(registry.close());
    expect(failure).toBeInstanceOf(AggregateError);
    expect(failure).toMatchObject({
      errors: [failures[2], failures[1], failures[0]],
      message:
        "closing the registry: 3 failed: resource d: no text; resource c: TypeError: no c; " +
        "resource a: Error: no a",
    });
    expect(log).toEqual(["c", "b", "a"]);
    await registry.close();
  });

  test("tells of a scope's failures once, if nobody closed it", async () => {
    const registry = new ResourceRegistry();
    registry.registerFactory("a", () => new Thing("a", [], new Error("no a")));
    await registry.scope("p", { required: ["a"] });
    const open = await registry.scope("q", { required: ["a"] });
    await failureOf(open.close());
    const failure = (await failureOf(registry.close())) as AggregateError;
    expect(failure.errors.length).toBe(1);
    expect(String(failure)).toContain("the scope of p");
  });

  test("leaves alone what it does not own", async () => {
    const log: string[] = [];
    const registry = new ResourceRegistry();
    const lent = new Thing("lent", log);
    const both = new Thing("both", log);
    registry.register("lent", lent, { owned: false });
    registry.register("both", both, { owned: false });
    registry.register("owned", both);
    await registry.close();
    expect(log).toEqual(["both"]);
  });

  test("closes what was replaced, too", async () => {
    const log: string[] = [];
    const registry = new ResourceRegistry();
    registry.register("a", new Thing("old", log));
    registry.register("b", new Thing("b", log));
    registry.register("a", new Thing("new", log), { replace: true });
    await registry.close();
    expect(log).toEqual(["new", "b", "old"]);
    expect(registry.names()).toEqual(["b", "a"]);
  });

  test("knows the ways in which things close", async () => {
    const log: string[] = [];
    const registry = new ResourceRegistry();
    const note = (text: string) => () => {
      log.push(text);
    };
    registry.register("nothing", {});
    registry.register("text", "text");
    registry.register("bare", Object.create(null));
    registry.register("no_function", { close: 1 });
    registry.register("sync", { close: note("close") });
    registry.register("dispose", { [Symbol.dispose]: note("dispose") });
    registry.register("both", { close: note("no"), [Symbol.asyncDispose]: note("asyncDispose") });
    await registry.close();
    expect(log).toEqual(["asyncDispose", "dispose", "close"]);
  });

  test("does not wait for ever", async () => {
    vi.useFakeTimers();
    const log: string[] = [];
    const registry = new ResourceRegistry({ closeTimeout: 50 });
    registry.register("a", new Thing("a", log));
    registry.register("stuck", { close: () => new Promise(quiet) });
    const closing = failureOf(registry.close());
    await vi.advanceTimersByTimeAsync(50);
    expect(String(await closing)).toContain("resource stuck: Error: not closed within 0.05 s");
    expect(log).toEqual(["a"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([Infinity, 1e10])("waits for as long as the host wants, for %d ms", async (limit) => {
    vi.useFakeTimers();
    const registry = new ResourceRegistry({ closeTimeout: limit });
    let finish = quiet;
    registry.register("slow", {
      close: () =>
        new Promise<void>((end) => {
          finish = end;
        }),
    });
    const closing = registry.close();
    await vi.advanceTimersByTimeAsync(1e9);
    finish();
    await closing;
  });

  test("really closes what is real", async () => {
    const frozen = new FrozenClock({ now: new Date(0) });
    const system = new SystemClock();
    {
      await using registry = new ResourceRegistry();
      registry.register("clock", frozen);
      registry.register("other_clock", system);
    }
    expect([frozen.closed, system.closed]).toEqual([true, true]);
  });
});
