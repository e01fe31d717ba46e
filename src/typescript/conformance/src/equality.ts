/**
 * When two values are equal, and which one comes first.
 *
 * @packageDocumentation
 */

/** Compare two texts by code points, as their UTF-8 bytes compare; not by UTF-16. */
export function compareText(one: string, other: string): number {
  const [ours, theirs] = [Array.from(one), Array.from(other)];
  const shared = Math.min(ours.length, theirs.length);
  for (let n = 0; n < shared; n++) {
    const difference = (ours[n]?.codePointAt(0) ?? 0) - (theirs[n]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return ours.length - theirs.length;
}

/** A number or an instant as a number; nothing for anything else. */
export function quantity(value: unknown): number | bigint | undefined {
  if (value instanceof Date) return value.getTime();
  return typeof value === "number" || typeof value === "bigint" ? value : undefined;
}

/** Whether two values that are neither lists nor maps are equal. */
export function sameScalar(expected: unknown, actual: unknown): boolean {
  // What the suite calls null is nothing, unless it is JSON.
  if (expected === null || expected === undefined) return actual === null || actual === undefined;
  if (expected instanceof Uint8Array) {
    return actual instanceof Uint8Array && sameBytes(expected, actual);
  }
  if (expected instanceof Date) {
    return actual instanceof Date && expected.getTime() === actual.getTime();
  }
  const [ours, theirs] = [quantity(expected), quantity(actual)];
  if (ours !== undefined && theirs !== undefined && !(actual instanceof Date)) {
    // A bigint and a number compare by value; NaN expects NaN.
    return ours == theirs || (Number.isNaN(ours) && Number.isNaN(theirs));
  }
  return expected === actual;
}

/** The entries of a map or record. A key without a value is as good as absent. */
export function entries(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value) || value instanceof Uint8Array || value instanceof Date) {
    return undefined;
  }
  return new Map(
    Object.entries(value as Record<string, unknown>).filter(([, part]) => part !== undefined),
  );
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, n) => byte === other[n]);
}
