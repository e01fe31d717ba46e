/**
 * Values of a suite as values of this language.
 *
 * @packageDocumentation
 */

import type { SuiteDocument, Tagged, TypeTree } from "./document.js";

/** An expectation in the place of a value: operators that must all hold. */
export class Expectation {
  readonly operators: readonly (readonly [string, unknown])[];

  constructor(operators: readonly (readonly [string, unknown])[]) {
    this.operators = operators;
  }
}

/** Finds what `${name}` or `${subject.property}` stands for. */
export type Lookup = (path: readonly string[]) => unknown;

type Tags = Readonly<Record<string, (of: Tagged, decoding: Decoding) => unknown>>;

/** What decoding needs to know. */
export interface Decoding {
  readonly suite: SuiteDocument;
  readonly lookup: Lookup;
}

const UNICODE = new TextEncoder();
const NANOSECONDS = 1e6;

const TAGS: Tags = {
  $int: (of) => BigInt(written(of)),
  $int64: (of) => BigInt(written(of)),
  $float: (of) => float(written(of)),
  $utf8: (of, decoding) => UNICODE.encode(written(decode(of, decoding))),
  $hex: (of) => fromHex(written(of)),
  // Bytes are made anew each time that they are decoded, so they can be changed already.
  $buffer: (of, decoding) => {
    const bytes = decode(of, decoding);
    return typeof bytes === "string" ? UNICODE.encode(bytes) : (bytes as Uint8Array).slice();
  },
  $datetime: (of) => instant(written(of)),
  $naive: () => {
    throw new Error("this language has no times without a zone");
  },
  $duration: (of) => Number(of) / NANOSECONDS,
  $path: (of, decoding) => decode(of, decoding),
  $enum: (of) => (of as readonly string[])[1],
  $record: (of, decoding) => record(of as readonly [string, Record<string, Tagged>], decoding),
  $repeat: (of, decoding) => {
    const [value, times] = (of as readonly [Tagged, Tagged]).map((part) => decode(part, decoding));
    return repeated(value, Number(times));
  },
  // Half of a pair of surrogates, which no character has alone.
  $malformed: (of, decoding) => (decode(of, decoding) as string[]).join("\ud800"),
  $ref: (of, { lookup }) => lookup(of as readonly string[]),
  $text: (of, decoding) =>
    (decode(of, decoding) as unknown[])
      .map((part) => (part == null ? "null" : text(part)))
      .join(""),
  $object: (of, decoding) => mapped(of as Record<string, Tagged>, decoding),
  $expect: (of, decoding) => expectation(of as Record<string, Tagged>, decoding),
};

/** Turn a tagged value into one of this language. Each call makes new bytes, lists and maps. */
export function decode(tagged: Tagged, decoding: Decoding): unknown {
  if (tagged === null || typeof tagged !== "object") return tagged;
  if (isList(tagged)) return tagged.map((part) => decode(part, decoding));
  const [only, ...others] = Object.entries(tagged);
  const tag = only === undefined || others.length > 0 ? undefined : tagOf(only[0]);
  if (only === undefined || tag === undefined) return mapped(tagged, decoding);
  return tag(only[1], decoding);
}

/** Turn a value into the one that stands for it where a type is expected: nothing, and `bigint`. */
export function fitted(value: unknown, type: TypeTree | null): unknown {
  if (value === null && typeof type === "object" && type !== null && "maybe" in type) {
    return undefined;
  }
  const inner = typeof type === "object" && type !== null && "maybe" in type ? type.maybe : type;
  return inner === "int64" && typeof value === "number" && Number.isInteger(value)
    ? BigInt(value)
    : value;
}

function tagOf(key: string): Tags[string] | undefined {
  return Object.hasOwn(TAGS, key) ? TAGS[key] : undefined;
}

function isList(tagged: object): tagged is readonly Tagged[] {
  return Array.isArray(tagged);
}

function mapped(of: Readonly<Record<string, Tagged>>, decoding: Decoding): Record<string, unknown> {
  // `__proto__` is a key like any other.
  const map = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(of)) map[key] = decode(value, decoding);
  return map;
}

function record([name, values]: readonly [string, Record<string, Tagged>], decoding: Decoding) {
  const fields = decoding.suite.records[name]?.fields ?? {};
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [fields[key] ?? key, decode(value, decoding)]),
  );
}

function expectation(of: Readonly<Record<string, Tagged>>, decoding: Decoding): Expectation {
  return new Expectation(
    Object.entries(of).map(([operator, operand]) => {
      if (operator !== "has") return [operator, decode(operand, decoding)];
      const { type, members } = operand as { type: string; members: Record<string, Tagged> };
      return [operator, { type, members: mapped(members, decoding) }];
    }),
  );
}

/** What a tag holds as text. */
function written(of: unknown): string {
  if (typeof of === "string") return of;
  throw new Error(`this runner expects a text in a tag, not ${typeof of}`);
}

function float(number: string): number {
  const names: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, "-inf": -Infinity };
  return names[number] ?? Number(number);
}

/** An instant, to the millisecond that is not after it. */
function instant(iso: string): Date {
  const [seconds = "", fraction = "Z"] = iso.split(/(?=\.)/u);
  const cut = fraction === "Z" ? "Z" : `${fraction.slice(0, 4).replace("Z", "").padEnd(4, "0")}Z`;
  return new Date(seconds.replace("Z", "") + cut);
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

function repeated(value: unknown, times: number): string | Uint8Array {
  if (typeof value === "string") return value.repeat(times);
  const once = value as Uint8Array;
  const all = new Uint8Array(once.length * times);
  for (let n = 0; n < times; n++) all.set(once, n * once.length);
  return all;
}

function text(part: unknown): string {
  if (part instanceof Uint8Array) return new TextDecoder().decode(part);
  if (part instanceof Date) return part.toISOString();
  return String(part);
}
