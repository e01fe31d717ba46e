import { expect, test } from "vitest";

import { outcomeOf } from "./counter.js";

const is = (operators: object): object => ({ $expect: operators });

test.each<[unknown, unknown]>([
  [null, null],
  [1, 1],
  [{ $float: "nan" }, { $float: "nan" }],
  [{ $float: "1" }, 1],
  [{ $int: "9007199254740993" }, { $int64: "9007199254740993" }],
  [{ $utf8: "ab" }, { $hex: "6162" }],
  [{ $repeat: ["ab", 2] }, "abab"],
  [{ $repeat: [{ $utf8: "ab" }, 2] }, { $utf8: "abab" }],
  [{ $datetime: "2026-01-01T00:00:00.123456789Z" }, { $datetime: "2026-01-01T00:00:00.123Z" }],
  [{ $datetime: "2026-01-01T00:00:00Z" }, { $datetime: "2026-01-01T00:00:00.000Z" }],
  [{ $duration: "1500000" }, 1.5],
  [{ $object: { $a: 1 } }, { $object: { $a: 1 } }],
  [{ a: [1, { b: null }] }, { a: [1, { b: null }] }],
  [{ $record: ["Pair", { first_part: 1, second: 2 }] }, { firstPart: 1, second: 2 }],
  [{ $enum: ["Mode", "fast"] }, "fast"],
  [{ __proto__x: 1 }, { __proto__x: 1 }],
  [is({ anything: true }), 5],
  [is({ between: [1, 2] }), 2],
  [is({ between: [1, 2] }), { $int64: "1" }],
  [is({ at_least: { $datetime: "2026-01-01T00:00:00Z" } }), { $datetime: "2026-01-01T00:00:00Z" }],
  [is({ at_most: 2 }), 2],
  [is({ less_than: 2 }), 1],
  [is({ more_than: 0 }), 1],
  [is({ length: 1 }), "\u{1F600}"],
  [is({ length: 2 }), { $hex: "0001" }],
  [is({ length: is({ at_least: 1 }) }), { a: 1 }],
  [is({ matches: "[a-c]+" }), "abc"],
  [is({ contains: "b" }), "abc"],
  [is({ contains: 2 }), [1, 2]],
  [is({ contains: { a: 1 } }), { a: 1, b: 2 }],
  [is({ starts_with: "a" }), "ab"],
  [is({ ends_with: "b" }), "ab"],
  [is({ sorted: true }), ["B", "a", "\ufffd", "\u{1F600}"]],
  [is({ one_of: [1, 2] }), 2],
  [is({ each: is({ at_least: 1 }) }), [1, 2]],
  [is({ each: 1 }), { a: 1 }],
  [is({ not: 1 }), 2],
  [is({ same_as: "a" }), "a"],
  [
    is({ has: { type: "Pair", members: { first_part: 1 } } }),
    { $record: ["Pair", { first_part: 1 }] },
  ],
  [is({ starts_with: "a", ends_with: "b" }), "ab"],
])("%j expects %j", async (expected, actual) => {
  const outcome = await outcomeOf({ check: actual, is: expected });
  expect(outcome).toMatchObject({ outcome: "passed", reason: "" });
});

test.each<[unknown, unknown]>([
  [null, 0],
  [null, ""],
  [1, "1"],
  [1, { $float: "nan" }],
  [1, true],
  ["a", { $utf8: "a" }],
  [{ $utf8: "ab" }, { $utf8: "ac" }],
  [{ $utf8: "ab" }, { $utf8: "a" }],
  [{ $datetime: "2026-01-01T00:00:00Z" }, { $datetime: "2026-01-01T00:00:00.001Z" }],
  [{ $int: "9007199254740993" }, { $int64: "9007199254740992" }],
  [[1], [1, 2]],
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: 1, b: 2 }, { a: 1 }],
  [{ a: 1 }, [1]],
  [is({ between: [1, 2] }), 3],
  [is({ between: [1, 2] }), 0],
  [is({ between: [1, 2] }), "1"],
  [is({ at_least: 2 }), 1],
  [is({ at_most: 2 }), 3],
  [is({ less_than: 2 }), 2],
  [is({ more_than: 1 }), 1],
  [is({ length: 2 }), "\u{1F600}"],
  [is({ length: 1 }), 5],
  [is({ matches: "a" }), "ab"],
  [is({ matches: "a|b" }), "ab"],
  [is({ contains: "d" }), "abc"],
  [is({ contains: 3 }), [1, 2]],
  [is({ contains: { a: 2 } }), { a: 1, b: 2 }],
  [is({ starts_with: "b" }), "ab"],
  [is({ ends_with: "a" }), "ab"],
  [is({ sorted: true }), ["a", "a"]],
  [is({ sorted: true }), ["a", "B"]],
  [is({ sorted: true }), ["\u{1F600}", "\ufffd"]],
  [is({ one_of: [1, 2] }), 3],
  [is({ each: 1 }), [1, 2]],
  [is({ each: 1 }), 1],
  [is({ not: 1 }), 1],
  [is({ same_as: [1] }), [1]],
  [
    is({ has: { type: "Pair", members: { first_part: 1 } } }),
    { $record: ["Pair", { first_part: 2 }] },
  ],
  [is({ has: { type: "Pair", members: { first_part: 1 } } }), 5],
  [is({ starts_with: "a", ends_with: "c" }), "ab"],
])("%j does not expect %j", async (expected, actual) => {
  const outcome = await outcomeOf({ check: actual, is: expected });
  expect(outcome.outcome).toBe("failed");
});

test("an operator that nobody knows is no expectation that holds", async () => {
  const { reason } = await outcomeOf({ check: 1, is: is({ about: 1 }) });
  expect(reason).toContain("this runner knows no operator about");
});
