import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { InvalidArgument, ResourceClosed } from "@dagstack/contracts";
import { describe, expect, test } from "vitest";

import { DeterministicRng } from "../../src/rng/deterministic.js";
import { Mt19937 } from "../../src/rng/mt19937.js";
import { sha256 } from "../../src/rng/sha256.js";

interface Stream {
  readonly seed: string;
  readonly ints: readonly (readonly [number, number, number])[];
  readonly floats: readonly number[];
  readonly uuids: readonly string[];
  readonly choices: string;
  readonly later: number;
}

/** What `random.Random` of CPython gave. */
const STREAMS = JSON.parse(
  readFileSync(new URL("streams.json", import.meta.url), "utf8"),
) as readonly Stream[];

const GREATEST = 2 ** 53 - 1;

const seeded = (seed: number | bigint): DeterministicRng => new DeterministicRng({ seed });
const words = (key: readonly number[], count: number): number[] => {
  const generator = new Mt19937(key);
  return Array.from({ length: count }, () => generator.next());
};

describe("MT19937", () => {
  test("gives the words that its authors published", () => {
    expect(words([0x123, 0x234, 0x345, 0x456], 10)).toEqual([
      ...[1067595299, 955945823, 477289528, 4107218783, 4228976476],
      ...[3344332714, 3355579695, 227628506, 810200273, 2591290167],
    ]);
  });

  test("gives those of CPython, also past the first 624", () => {
    expect(words([0], 4)).toEqual([3626764237, 1654615998, 3255389356, 3823568514]);
    expect(words([42], 625).slice(623)).toEqual([2929454134, 1071722055]);
    expect(words([0xffffffff, 0xffffffff], 2)).toEqual([93740670, 1068495656]);
  });

  test("takes a key that is longer than its state", () => {
    // In CPython, the seed that has these words.
    const key = Array.from({ length: 700 }, (_, index) => index);
    expect(words(key, 3)).toEqual([3727595200, 1914792892, 3929396303]);
  });
});

describe("SHA-256", () => {
  test("gives what Node.js gives", () => {
    for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000]) {
      const message = Uint8Array.from({ length }, (_, index) => (index * 89) % 256);
      const expected = createHash("sha256").update(message).digest("hex");
      expect(Buffer.from(sha256(message)).toString("hex")).toBe(expected);
    }
  });
});

describe("DeterministicRng", () => {
  test.each(STREAMS)("gives the stream of CPython for seed $seed", (stream) => {
    const rng = seeded(BigInt(stream.seed));
    for (const [low, high, expected] of stream.ints) {
      expect([low, high, rng.nextInt(low, high)]).toEqual([low, high, expected]);
    }
    expect(stream.floats.map(() => rng.nextFloat())).toEqual(stream.floats);
    expect(stream.uuids.map(() => rng.uuid4())).toEqual(stream.uuids);
    const letters = Array.from("abcde");
    const choices = Array.from(stream.choices, () => rng.choice(letters)).join("");
    expect(choices).toBe(stream.choices);
    for (let count = 1; count < 2000; count++) rng.nextFloat();
    expect(rng.nextFloat()).toBe(stream.later);
  });

  test("gives the vectors that all languages share", () => {
    const zero = seeded(0);
    expect([zero.nextFloat(), zero.nextFloat(), zero.nextFloat()]).toEqual([
      0.8444218515250481, 0.7579544029403025, 0.420571580830845,
    ]);
    const dice = seeded(0);
    expect(Array.from({ length: 12 }, () => dice.nextInt(1, 6))).toEqual([
      ...[4, 4, 1, 3, 5, 4, 4, 3, 4, 3, 5, 2],
    ]);
    expect(seeded(0).uuid4()).toBe("e3e70682-c209-4cac-a29f-6fbed82c07cd");
    expect(seeded(2n ** 64n - 1n).nextFloat()).toBe(0.021825695401270107);
    expect(seeded(2n ** 64n - 1n).uuid4()).toBe("9e667b13-568d-4a40-bfaf-f32805965e7e");
  });

  test("gives the mixed vector", () => {
    const rng = seeded(42);
    expect([
      ...[rng.nextFloat(), rng.nextInt(5, 5), rng.nextInt(1, 8), rng.nextInt(-10, 10)],
      ...[rng.nextInt(0, 2 ** 32 - 1), rng.nextInt(0, 2 ** 32), rng.nextInt(-GREATEST, GREATEST)],
      ...[rng.choice(["a", "b", "c", "d", "e"]), rng.uuid4(), rng.nextFloat()],
    ]).toEqual([
      ...[0.6394267984578837, 5, 5, -3, 958682846, 3163119785, 4335484628905326],
      ...["e", "0822e8f3-6c03-4199-972a-846916419f82", 0.029797219438070344],
    ]);
  });

  test("draws for a range of one, too", () => {
    // How many words each of ten seeds takes until a draw of one bit is 0.
    const used = Array.from({ length: 10 }, (_, seed) => {
      const rng = seeded(seed);
      rng.nextInt(5, 5);
      const next = rng.nextFloat();
      const stream = words([seed], 20);
      return stream.findIndex((word, place) => next === floatOf(word, stream[place + 1] ?? 0));
    });
    expect(used).toEqual([2, 1, 5, 1, 1, 2, 4, 1, 1, 1]);
  });

  test("takes a number and a bigint for the same seed", () => {
    expect(seeded(7).nextFloat()).toBe(seeded(7n).nextFloat());
    expect(seeded(7).seed).toBe(7n);
  });

  test.each([
    ...[-1, -1n, 2n ** 64n, 2 ** 53, 1.5, NaN, Infinity, "1", true, null, undefined, {}, [1]],
  ])("refuses the seed %s", (seed) => {
    expect(() => seeded(seed as number)).toThrow(
      expect.objectContaining({ name: "InvalidArgument", argument: "seed" }),
    );
  });

  test("refuses to begin from nothing", () => {
    expect(() => new DeterministicRng(undefined as never)).toThrow(InvalidArgument);
  });
});

describe("a fork", () => {
  test.each([
    ["a", 17484157032895951945n, 0.9146699236488833],
    ["b", 3853932623351393644n, 0.18006815347707217],
  ])("called %s of seed 42 is the one of every language", (name, seed, first) => {
    const child = seeded(42).fork(name);
    expect([child.seed, child.nextFloat()]).toEqual([seed, first]);
  });

  test("depends on the seed and the name alone", () => {
    const parent = seeded(42);
    parent.nextFloat();
    parent.fork("other").nextFloat();
    expect(parent.fork("a").seed).toBe(seeded(42).fork("a").seed);
    const alone = seeded(42);
    alone.nextFloat();
    expect(parent.nextFloat()).toBe(alone.nextFloat());
  });

  test("takes any text, and stays open when its parent is closed", () => {
    const parent = seeded(2n ** 64n - 1n);
    const seeds = ["", "é", "e\u0301", "😀", "\0", "x".repeat(500)].map((name) =>
      parent.fork(name),
    );
    expect(new Set(seeds.map((child) => child.seed)).size).toBe(6);
    parent.close();
    expect(seeds[0]?.nextFloat()).toBeLessThan(1);
    expect(() => parent.fork("a")).toThrow(ResourceClosed);
  });

  test.each(["\ud800", "a\udc00b", "\ude00\ud83d", 1, null, undefined])("refuses %j", (name) => {
    expect(() => seeded(0).fork(name as string)).toThrow(
      expect.objectContaining({ name: "InvalidArgument", argument: "name" }),
    );
  });
});

/** The float that two words make. */
function floatOf(first: number, second: number): number {
  return ((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53;
}
