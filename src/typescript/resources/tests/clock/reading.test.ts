import {
  type Clock,
  InvalidArgument,
  ResourceClosed,
  type Sleeper,
  clockMembers,
  findProblems,
  sleeperMembers,
} from "@dagstack/contracts";
import { afterEach, describe, expect, test, vi } from "vitest";

import { FrozenClock } from "../../src/clock/frozen.js";
import { SystemClock } from "../../src/clock/system.js";

const NOON = new Date("2026-11-23T12:00:00.123Z");
const LATEST = 2n ** 63n - 1n;

const frozen = (now = NOON): FrozenClock => new FrozenClock({ now });
const makers = [
  ["SystemClock", () => new SystemClock() satisfies Clock & Sleeper],
  ["FrozenClock", () => frozen() satisfies Clock & Sleeper],
] as const;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(makers)("%s", (name, make) => {
  test("has the members of both interfaces", () => {
    expect(findProblems(make(), clockMembers)).toEqual([]);
    expect(findProblems(make(), sleeperMembers)).toEqual([]);
  });

  test("is closed any number of times, and then not used any more", async () => {
    const clock = make();
    expect(clock.closed).toBe(false);
    clock.close();
    clock.close();
    expect(clock.closed).toBe(true);
    const expected = new ResourceClosed({ resource: name });
    expect(() => clock.now()).toThrow(expected);
    expect(() => clock.monotonicNs()).toThrow(expected);
    await expect(clock.sleep(0)).rejects.toThrow(expected);
    await expect(clock.sleep(1)).rejects.toBeInstanceOf(ResourceClosed);
  });

  test("is closed at the end of a block", () => {
    const clock = make();
    {
      using inside = clock;
      expect(inside.now()).toBeInstanceOf(Date);
    }
    expect(clock.closed).toBe(true);
  });
});

describe("SystemClock", () => {
  test("shows the time of day", () => {
    const clock = new SystemClock();
    const before = Date.now();
    const now = clock.now().getTime();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test("never goes back", () => {
    const clock = new SystemClock();
    let last = clock.monotonicNs();
    for (let count = 0; count < 10_000; count++) {
      const reading = clock.monotonicNs();
      expect(reading >= last).toBe(true);
      last = reading;
    }
  });

  test("counts without process.hrtime, as in a browser", () => {
    vi.stubGlobal("process", undefined);
    vi.stubGlobal("performance", { now: () => 12.3456789 });
    expect(new SystemClock().monotonicNs()).toBe(12_345_678n);
    vi.stubGlobal("process", { env: {} });
    expect(new SystemClock().monotonicNs()).toBe(12_345_678n);
  });
});

describe("FrozenClock", () => {
  test("stands still where it was told to", () => {
    const clock = frozen();
    expect([clock.now(), clock.monotonicNs()]).toEqual([NOON, 0n]);
    expect([clock.now(), clock.monotonicNs()]).toEqual([NOON, 0n]);
  });

  test("shares its instant with nobody", () => {
    const given = new Date(NOON);
    const clock = frozen(given);
    given.setTime(0);
    clock.now().setTime(0);
    expect(clock.now()).toEqual(NOON);
  });

  test.each([new Date(NaN), undefined, null, 0, "2026-11-23", { getTime: (): number => 0 }])(
    "refuses to begin at %j",
    (now) => {
      expect(() => new FrozenClock({ now: now as Date })).toThrow(
        expect.objectContaining({ name: "InvalidArgument", argument: "now" }),
      );
    },
  );

  test("refuses to begin nowhere", () => {
    expect(() => new FrozenClock(undefined as never)).toThrow(InvalidArgument);
  });

  test("moves both readings alike", () => {
    const clock = frozen();
    clock.advance(1.5);
    clock.advanceNs(500_000_000n);
    clock.advance(0);
    clock.advanceNs(0n);
    expect(clock.monotonicNs()).toBe(2_000_000_000n);
    expect(clock.now()).toEqual(new Date("2026-11-23T12:00:02.123Z"));
  });

  test("makes a second of ten tenths", () => {
    const clock = frozen();
    for (let count = 0; count < 10; count++) clock.advance(0.1);
    expect(clock.monotonicNs()).toBe(1_000_000_000n);
  });

  test("keeps the digits that a Date cannot show, also before 1970", () => {
    const clock = frozen(new Date("1969-12-31T23:59:59.998Z"));
    clock.advanceNs(999_999n);
    expect(clock.now().toISOString()).toBe("1969-12-31T23:59:59.998Z");
    clock.advanceNs(1n);
    expect(clock.now().toISOString()).toBe("1969-12-31T23:59:59.999Z");
    clock.advanceNs(1_999_999n);
    expect(clock.now().toISOString()).toBe("1970-01-01T00:00:00.000Z");
    clock.advanceNs(1n);
    expect(clock.now().toISOString()).toBe("1970-01-01T00:00:00.001Z");
  });

  test.each([
    [0.5e-9, 1n],
    [1.5e-9, 1n],
    [2.5e-9, 3n],
    [4.5e-9, 4n],
    [0.0009765625, 976562n],
    [0.0029296875, 2929688n],
    [5e-324, 0n],
    [1e-9, 1n],
    [0.1, 100000000n],
    [0.3333333333333333, 333333333n],
    [1.0000000005, 1000000001n],
    [123_456.7890123456, 123456789012346n],
    [8_589_934_592, 8589934592000000000n],
    [4_503_599_627.370497, 4503599627370496750n],
    [-0, 0n],
  ])("rounds %s s to %s ns", (seconds, expected) => {
    const clock = frozen();
    clock.advance(seconds);
    expect(clock.monotonicNs()).toBe(expected);
  });

  test.each([
    -1,
    -1e-12,
    -Number.MIN_VALUE,
    NaN,
    Infinity,
    -Infinity,
    1e300,
    "1",
    1n,
    null,
    undefined,
  ])("refuses to advance by %s s, and stays", (seconds) => {
    const clock = frozen();
    clock.advance(1);
    expect(() => {
      clock.advance(seconds as number);
    }).toThrow(expect.objectContaining({ name: "InvalidArgument", argument: "seconds" }));
    expect([clock.now(), clock.monotonicNs()]).toEqual([
      new Date("2026-11-23T12:00:01.123Z"),
      1_000_000_000n,
    ]);
  });

  test.each([-1n, 2n ** 63n, 1, "1", undefined])("refuses to advance by %s ns", (amount) => {
    const clock = frozen();
    expect(() => {
      clock.advanceNs(amount as bigint);
    }).toThrow(expect.objectContaining({ argument: "nanoseconds" }));
    expect(clock.monotonicNs()).toBe(0n);
  });

  test("reaches the greatest reading and not the next", () => {
    const clock = frozen();
    clock.advanceNs(LATEST);
    expect(clock.monotonicNs()).toBe(LATEST);
    expect(() => {
      clock.advanceNs(1n);
    }).toThrow(InvalidArgument);
  });

  test("stays within what a Date can hold", () => {
    const clock = frozen(new Date(8.64e15));
    clock.advanceNs(999_999n);
    expect(() => {
      clock.advanceNs(1n);
    }).toThrow("nanoseconds: leads out of what a Date can hold");
    expect([clock.now().getTime(), clock.monotonicNs()]).toEqual([8.64e15, 999_999n]);
  });

  test("lets the wall clock be set alone", () => {
    const clock = frozen();
    clock.advance(1);
    clock.shiftWall(-3600.5);
    expect([clock.now(), clock.monotonicNs()]).toEqual([
      new Date("2026-11-23T11:00:00.623Z"),
      1_000_000_000n,
    ]);
    clock.advance(0.5);
    expect(clock.now()).toEqual(new Date("2026-11-23T11:00:01.123Z"));
    for (const step of [NaN, Infinity, 1e30, "1"]) {
      expect(() => {
        clock.shiftWall(step as number);
      }).toThrow(InvalidArgument);
    }
  });

  test("cannot be moved once it is closed", () => {
    const clock = frozen();
    clock.close();
    for (const move of [
      () => {
        clock.advance(1);
      },
      () => {
        clock.advanceNs(1n);
      },
      () => {
        clock.shiftWall(1);
      },
    ]) {
      expect(move).toThrow(ResourceClosed);
    }
  });
});
