/**
 * Names that look alike, found in the way of Python's `difflib`, so that all languages agree.
 *
 * @packageDocumentation
 */

/** How much two names must have in common for one to be a near miss of the other. */
const LIKENESS = 0.5;

/** How many near misses are worth a mention. */
const MENTIONED = 3;

/** The names that look most like `name`, the nearest first. */
export function near(name: string, names: Iterable<string>): string[] {
  return Array.from(names, (other) => ({ other, likeness: likeness(other, name) }))
    .filter((each) => each.likeness >= LIKENESS)
    .sort((a, b) => b.likeness - a.likeness || (a.other < b.other ? 1 : -1))
    .slice(0, MENTIONED)
    .map((each) => each.other);
}

/** A question with the near misses, or nothing. */
export function didYouMean(close: readonly string[]): string {
  return close.length === 0 ? "" : ` (did you mean ${close.join(" or ")}?)`;
}

/** Twice the letters in common by the length of both, after Ratcliff and Obershelp. */
function likeness(a: string, b: string): number {
  const length = a.length + b.length;
  return length === 0 ? 1 : (2 * common(a, b)) / length;
}

/** The letters of the longest piece in common, and of those on either side of it. */
function common(a: string, b: string): number {
  let [startA, startB, size] = [0, 0, 0];
  let before: number[] = [];
  for (let i = 0; i < a.length; i++) {
    const lengths: number[] = [];
    for (let j = 0; j < b.length; j++) {
      if (a[i] !== b[j]) continue;
      const length = (before[j - 1] ?? 0) + 1;
      lengths[j] = length;
      if (length > size) [startA, startB, size] = [i - length + 1, j - length + 1, length];
    }
    before = lengths;
  }
  if (size === 0) return 0;
  const left = common(a.slice(0, startA), b.slice(0, startB));
  return left + size + common(a.slice(startA + size), b.slice(startB + size));
}
