/**
 * Whether a value is as expected.
 *
 * @packageDocumentation
 */

import type { SuiteDocument } from "./document.js";
import { compareText, entries, quantity, sameScalar } from "./equality.js";
import { show } from "./show.js";
import { Expectation } from "./values.js";

/** Why a value is not as expected, in words; nothing if it is. */
export function mismatch(
  expected: unknown,
  actual: unknown,
  suite: SuiteDocument,
): string | undefined {
  if (expected instanceof Expectation) {
    for (const [operator, operand] of expected.operators) {
      const judge = OPERATORS[operator];
      if (judge === undefined) throw new Error(`this runner knows no operator ${operator}`);
      if (!judge(operand, actual, suite)) {
        return `expected $${operator}: ${show(operand)}, but it is ${show(actual)}`;
      }
    }
    return undefined;
  }
  if (Array.isArray(expected)) return ofList(expected, actual, suite);
  const map = entries(expected);
  if (map !== undefined && isPlain(expected)) return ofMap(map, actual, suite);
  if (sameScalar(expected, actual) || Object.is(expected, actual)) return undefined;
  return `expected ${show(expected)}, but it is ${show(actual)}`;
}

function matches(expected: unknown, actual: unknown, suite: SuiteDocument): boolean {
  return mismatch(expected, actual, suite) === undefined;
}

type Judge = (operand: unknown, actual: unknown, suite: SuiteDocument) => boolean;

const OPERATORS: Readonly<Record<string, Judge>> = {
  anything: () => true,
  between: (ends, actual) => {
    const [low, high] = ends as [unknown, unknown];
    return compared(actual, low, (a, b) => a >= b) && compared(actual, high, (a, b) => a <= b);
  },
  at_least: (bound, actual) => compared(actual, bound, (a, b) => a >= b),
  at_most: (bound, actual) => compared(actual, bound, (a, b) => a <= b),
  less_than: (bound, actual) => compared(actual, bound, (a, b) => a < b),
  more_than: (bound, actual) => compared(actual, bound, (a, b) => a > b),
  length: (length, actual, suite) => matches(length, lengthOf(actual), suite),
  matches: (expression, actual) =>
    typeof actual === "string" && new RegExp(`^(?:${String(expression)})$`, "u").test(actual),
  contains,
  starts_with: (part, actual) => typeof actual === "string" && actual.startsWith(String(part)),
  ends_with: (part, actual) => typeof actual === "string" && actual.endsWith(String(part)),
  sorted: (_, actual) =>
    Array.isArray(actual) &&
    actual.every((part, n) => n === 0 || compareText(String(actual[n - 1]), String(part)) < 0),
  one_of: (allowed, actual, suite) =>
    (allowed as unknown[]).some((each) => matches(each, actual, suite)),
  each: (expected, actual, suite) =>
    itemsOf(actual)?.every((part) => matches(expected, part, suite)) ?? false,
  not: (unwanted, actual, suite) => !matches(unwanted, actual, suite),
  same_as: (expected, actual) => Object.is(expected, actual),
  has: (operand, actual, suite) => {
    const { type, members } = operand as { type: string; members: Record<string, unknown> };
    return Object.entries(members).every(([name, expected]) =>
      matches(expected, memberOf(actual, type, name, suite), suite),
    );
  },
};

function ofList(expected: unknown[], actual: unknown, suite: SuiteDocument): string | undefined {
  if (!Array.isArray(actual) || actual.length !== expected.length) {
    return `expected ${show(expected)}, but it is ${show(actual)}`;
  }
  for (const [n, part] of expected.entries()) {
    const problem = mismatch(part, actual[n], suite);
    if (problem !== undefined) return `item ${n}: ${problem}`;
  }
  return undefined;
}

function ofMap(
  expected: ReadonlyMap<string, unknown>,
  actual: unknown,
  suite: SuiteDocument,
): string | undefined {
  const there = entries(actual);
  if (there === undefined) return `expected a map, but it is ${show(actual)}`;
  for (const [key, part] of expected) {
    if (!there.has(key) && part !== null) return `${JSON.stringify(key)} is missing`;
    const problem = mismatch(part, there.get(key), suite);
    if (problem !== undefined) return `${JSON.stringify(key)}: ${problem}`;
  }
  for (const key of there.keys()) {
    if (!expected.has(key)) return `${JSON.stringify(key)} was not expected`;
  }
  return undefined;
}

function compared(
  actual: unknown,
  bound: unknown,
  holds: (a: number | bigint, b: number | bigint) => boolean,
): boolean {
  const [ours, theirs] = [quantity(actual), quantity(bound)];
  return ours !== undefined && theirs !== undefined && holds(ours, theirs);
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string") return Array.from(value).length;
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return entries(value)?.size;
}

function itemsOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  const map = entries(value);
  return map === undefined ? undefined : [...map.values()];
}

function contains(part: unknown, actual: unknown, suite: SuiteDocument): boolean {
  if (typeof actual === "string") return actual.includes(String(part));
  if (Array.isArray(actual)) return actual.some((each) => matches(part, each, suite));
  const [wanted, there] = [entries(part), entries(actual)];
  if (wanted === undefined || there === undefined) return false;
  return [...wanted].every(
    ([key, value]) => there.has(key) && matches(value, there.get(key), suite),
  );
}

/** A property, the result of a method without arguments, or a field of a record. */
function memberOf(value: unknown, type: string, name: string, suite: SuiteDocument): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const declared = suite.interfaces[type];
  const method = declared?.methods[name];
  if (method !== undefined) {
    const result: unknown = (Reflect.get(value, method.name) as () => unknown).call(value);
    return result;
  }
  const field = declared?.properties[name]?.name ?? suite.records[type]?.fields[name] ?? name;
  return Reflect.get(value, field);
}

function isPlain(value: unknown): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
