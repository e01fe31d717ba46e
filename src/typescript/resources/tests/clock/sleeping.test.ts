import { InvalidArgument, ResourceClosed } from "@dagstack/contracts";
import { afterEach, describe, expect, test, vi } from "vitest";

import { FrozenClock } from "../../src/clock/frozen.js";
import { SystemClock } from "../../src/clock/system.js";

const NOON = new Date("2026-11-23T12:00:00Z");

const frozen = (): FrozenClock => new FrozenClock({ now: NOON });

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe.each([
  ["SystemClock", () => new SystemClock()],
  ["FrozenClock", frozen],
])("a sleep on %s", (_, make) => {
  test("of no time ends by itself", async () => {
    await make().sleep(0);
  });

  test.each([-1, -1e-9, NaN, Infinity, "1", 1n, null, undefined])(
    "of %s is refused",
    async (delay) => {
      await expect(make().sleep(delay as number)).rejects.toMatchObject({
        name: "InvalidArgument",
        argument: "delay",
      });
    },
  );

  test("ends when the clock is closed", async () => {
    const clock = make();
    const sleeps = Promise.allSettled([clock.sleep(60_000), clock.sleep(1e12)]);
    clock.close();
    for (const sleep of await sleeps) {
      expect(sleep).toMatchObject({ status: "rejected", reason: { code: "RESOURCE_CLOSED" } });
    }
  });
});

describe("SystemClock", () => {
  test("never wakes too early", async () => {
    const clock = new SystemClock();
    for (const delay of [0.1, 0.5, 1, 1.01, 2.7]) {
      const begun = process.hrtime.bigint();
      await clock.sleep(delay);
      const waited = process.hrtime.bigint() - begun;
      expect(waited).toBeGreaterThanOrEqual(BigInt(Math.round(delay * 1e6)));
    }
  });

  test("wakes in the order of the deadlines, whichever began first", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let reading = 0n;
    vi.spyOn(process.hrtime, "bigint").mockImplementation(() => reading);
    const clock = new SystemClock();
    const woken: number[] = [];
    const sleeps = [5.2, 1.9, 5.1, 1.1, 3, 3].map(async (delay, index) => {
      await clock.sleep(delay);
      woken.push(index);
    });
    for (reading = 0n; reading < 10_000_000n; reading += 2_000_000n) {
      await vi.advanceTimersByTimeAsync(2);
    }
    await Promise.all(sleeps);
    expect(woken).toEqual([3, 1, 4, 5, 2, 0]);
  });

  test("waits longer than a timer can", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "hrtime"] });
    const timers = vi.spyOn(globalThis, "setTimeout");
    const clock = new SystemClock();
    const delay = 2 ** 31 + 5_000;
    let awake = false;
    const sleep = clock.sleep(delay).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(delay - 1);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(awake).toBe(true);
    await sleep;
    expect(timers.mock.calls.map(([, limit]) => limit)).toEqual([2 ** 31 - 1, 5_001]);
  });

  test("waits on when a timer goes off early", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let reading = 0n;
    vi.spyOn(process.hrtime, "bigint").mockImplementation(() => reading);
    const clock = new SystemClock();
    let awake = false;
    const sleep = clock.sleep(10).then(() => {
      awake = true;
    });
    reading = 9_999_999n;
    await vi.advanceTimersByTimeAsync(10);
    expect(awake).toBe(false);
    reading = 10_000_000n;
    await vi.advanceTimersByTimeAsync(1);
    expect(awake).toBe(true);
    await sleep;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer behind when it is closed", async () => {
    vi.useFakeTimers();
    const clock = new SystemClock();
    const sleep = clock.sleep(1000);
    expect(vi.getTimerCount()).toBe(1);
    clock.close();
    expect(vi.getTimerCount()).toBe(0);
    await expect(sleep).rejects.toBeInstanceOf(ResourceClosed);
  });
});

describe("FrozenClock", () => {
  test("wakes in the order of the deadlines, equal ones as they began", async () => {
    const clock = frozen();
    const woken: [number, bigint][] = [];
    const delays = [30, 10, 20, 10, 5];
    const sleeps = delays.map(async (delay, index) => {
      await clock.sleep(delay);
      woken.push([index, clock.monotonicNs()]);
    });
    clock.advance(0.02);
    await clock.waitForSleepers(1);
    expect(woken).toEqual([4, 1, 3, 2].map((index) => [index, 20_000_000n]));
    clock.advance(0.01);
    await Promise.all(sleeps);
    expect(woken.at(-1)).toEqual([0, 30_000_000n]);
  });

  test("wakes nobody one nanosecond too early, or because the wall clock was set", async () => {
    const clock = frozen();
    let awake = false;
    const sleep = clock.sleep(0.001).then(() => {
      awake = true;
    });
    clock.advanceNs(999n);
    clock.shiftWall(3600);
    await clock.waitForSleepers(1);
    expect(awake).toBe(false);
    clock.advanceNs(1n);
    await sleep;
    expect(clock.monotonicNs()).toBe(1000n);
  });

  test("lets a test wait until enough sleep, and those that it woke have gone on", async () => {
    const clock = frozen();
    const steps: string[] = [];
    const work = async (): Promise<void> => {
      for (const step of ["first", "second", "third"]) {
        // A chain of promises, as decorators around a sleeper make one.
        await Promise.resolve().then(() => clock.sleep(1000).then(() => undefined));
        steps.push(step);
      }
    };
    const working = work();
    for (const count of [0, 1, 2]) {
      await clock.waitForSleepers(1);
      expect(steps.length).toBe(count);
      clock.advance(1);
    }
    await clock.waitForSleepers(0);
    expect(steps).toEqual(["first", "second", "third"]);
    await working;
  });

  test("does not count whoever was woken in the meantime", async () => {
    const clock = frozen();
    const sleep = clock.sleep(1);
    const waiting = clock.waitForSleepers(1, { timeout: 20 });
    clock.advance(1);
    await expect(waiting).rejects.toThrow("0 of 1 sleepers");
    await sleep;
  });

  test("says how many came, when a test has waited too long", async () => {
    const clock = frozen();
    const sleep = clock.sleep(1);
    await expect(clock.waitForSleepers(2, { timeout: 5 })).rejects.toThrow(
      "1 of 2 sleepers after 0.005 s",
    );
    clock.advance(1);
    await sleep;
  });

  test("works beside faked timers", async () => {
    vi.useFakeTimers();
    const clock = frozen();
    const sleep = clock.sleep(1);
    await clock.waitForSleepers(1);
    clock.advance(1);
    await sleep;
  });

  test("ends the wait for sleepers when it is closed", async () => {
    const clock = frozen();
    const wait = clock.waitForSleepers(1);
    clock.close();
    await expect(wait).rejects.toBeInstanceOf(ResourceClosed);
    await expect(clock.waitForSleepers(0)).rejects.toBeInstanceOf(ResourceClosed);
  });

  test.each([-1, 0.5, NaN, "1", undefined])("refuses to wait for %s sleepers", async (count) => {
    await expect(frozen().waitForSleepers(count as number)).rejects.toBeInstanceOf(InvalidArgument);
  });

  test("refuses to wait for less than no time", async () => {
    await expect(frozen().waitForSleepers(0, { timeout: -1 })).rejects.toBeInstanceOf(
      InvalidArgument,
    );
  });

  test("wakes a crowd in order", async () => {
    const clock = frozen();
    const woken: number[] = [];
    const delays = Array.from({ length: 1000 }, (_, index) => ((index * 7919) % 997) + 1);
    const sleeps = delays.map(async (delay) => {
      await clock.sleep(delay);
      woken.push(delay);
    });
    clock.advance(1);
    await Promise.all(sleeps);
    expect(woken).toEqual([...delays].sort((a, b) => a - b));
  });
});
