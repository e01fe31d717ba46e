import { InvalidArgument, ResourceClosed, findProblems, rngMembers } from "@dagstack/contracts";
import type { ForkableRng, Rng } from "@dagstack/contracts";
import { afterEach, describe, expect, test, vi } from "vitest";

import { DeterministicRng } from "../../src/rng/deterministic.js";
import { below, between } from "../../src/rng/draws.js";
import { RandomRng } from "../../src/rng/random.js";

const GREATEST = 2 ** 53 - 1;

/** The given words, and an error when they are used up. */
function given(...words: number[]) {
  let place = 0;
  return {
    next(): number {
      const word = words[place++];
      if (word === undefined) throw new Error("no word is left");
      return word;
    },
    get used(): number {
      return place;
    },
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ["RandomRng", (): Rng & Disposable => new RandomRng()],
  ["DeterministicRng", (): Rng & ForkableRng & Disposable => new DeterministicRng({ seed: 1 })],
])("%s", (name, make) => {
  test("has the members of its interface", () => {
    expect(findProblems(make(), rngMembers)).toEqual([]);
  });

  test("stays within bounds", () => {
    const rng = make();
    for (let count = 0; count < 1000; count++) {
      const float = rng.nextFloat();
      expect(float >= 0 && float < 1).toBe(true);
      expect([-1, 0, 1]).toContain(rng.nextInt(-1, 1));
      expect(Number.isSafeInteger(rng.nextInt(-GREATEST, GREATEST))).toBe(true);
      expect(rng.uuid4()).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });

  test("favours none of six sides", () => {
    const rng = make();
    const counts = [0, 0, 0, 0, 0, 0];
    const throws = 60_000;
    for (let count = 0; count < throws; count++) {
      const side = rng.nextInt(0, 5);
      counts[side] = (counts[side] ?? 0) + 1;
    }
    const expected = throws / 6;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Five degrees of freedom: beyond it less often than once in 10^9 runs.
    expect(chiSquare).toBeLessThan(50.8);
  });

  test.each([
    [2, 1, "low"],
    [0.5, 1, "low"],
    [0, 2 ** 53, "high"],
    [-(2 ** 53), 0, "low"],
    [NaN, 1, "low"],
    [0, Infinity, "high"],
    ["0", 1, "low"],
    [0, 1n, "high"],
    [undefined, undefined, "low"],
    [null, 1, "low"],
  ])("refuses the range from %s to %s", (low, high, argument) => {
    expect(() => make().nextInt(low as number, high as number)).toThrow(
      expect.objectContaining({ name: "InvalidArgument", argument }),
    );
  });

  test("chooses the element itself", () => {
    const element = {};
    expect(make().choice([element])).toBe(element);
    const items = Object.freeze(["a", "b"]);
    expect(items).toContain(make().choice(items));
  });

  test.each([[[]], [undefined], [null], [1], [{}], [{ length: 1 }], ["text"]])(
    "chooses nothing from %j",
    (items) => {
      expect(() => make().choice(items as unknown[])).toThrow(InvalidArgument);
    },
  );

  test("is not used any more once it is closed", () => {
    const rng = make();
    rng[Symbol.dispose]();
    rng[Symbol.dispose]();
    const expected = new ResourceClosed({ resource: name });
    expect(() => rng.nextFloat()).toThrow(expected);
    expect(() => rng.nextInt(1, 2)).toThrow(expected);
    expect(() => rng.uuid4()).toThrow(expected);
    expect(() => rng.choice([1])).toThrow(expected);
  });
});

describe("RandomRng", () => {
  test("asks the system, and gives out no word twice", () => {
    const system = vi.spyOn(globalThis.crypto, "getRandomValues");
    const rng = new RandomRng();
    const values = new Set(Array.from({ length: 2000 }, () => rng.uuid4()));
    expect(values.size).toBe(2000);
    expect(system.mock.calls.length).toBeGreaterThan(100);
  });
});

describe("a draw", () => {
  test("below a power of two takes one more bit and rejects half", () => {
    const words = given(0x80000000, 0xffffffff, 0x7fffffff);
    expect(below(words, 1)).toBe(0);
    expect(words.used).toBe(3);
  });

  test("of more than 32 bits takes the low word first", () => {
    const words = given(0xffffffff, 0xffffffff, 5, 0x80000000);
    expect(below(words, 2 ** 33 - 1)).toBe(2 ** 32 + 5);
    expect(words.used).toBe(4);
  });

  test.each([
    [0, GREATEST - 1, [0xffffffff, 0xffffffff, 0xfffffffe, 0xffffffff], GREATEST - 1],
    [0, GREATEST, [0, 0xffffffff, 0xffffffff, 0x7fffffff], GREATEST],
    [-GREATEST, GREATEST, [0, 0], -GREATEST],
    [-GREATEST, GREATEST, [0xfffffffe, 0xffffffff], GREATEST],
    [-GREATEST, GREATEST, [0xffffffff, 0x7fffffff], 0],
    [-1, GREATEST, [0xffffffff, 0x7fffffff], GREATEST - 1],
  ])("from %d to %d is exact", (low, high, words, expected) => {
    expect(between(given(...words), low, high)).toBe(expected);
  });
});
