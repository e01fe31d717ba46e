/**
 * What may be the name of a file: the same on every platform.
 *
 * @packageDocumentation
 */

import { InvalidArgument } from "@dagstack/contracts";

/** Bytes in UTF-8; the greatest number that common file systems take. */
const LONGEST = 255;

/** Characters of a name in a message. */
const SHOWN = 60;

/**
 * Check that `name` is one component of a path, on any platform.
 *
 * @throws {@link InvalidArgument} if it is empty, `.` or `..`, has a drive letter, holds `/`, `\` or
 * a control character, is not valid Unicode, longer than 255 bytes in UTF-8, or no string.
 */
export function checkFileName(argument: string, name: unknown): asserts name is string {
  if (typeof name !== "string") {
    const kind = name === null ? "null" : typeof name;
    throw new InvalidArgument({ argument, reason: `must be a string, not ${kind}` });
  }
  const problem = problemOf(name);
  if (problem === undefined) return;
  const shown = name.length <= SHOWN ? name : `${name.slice(0, SHOWN)}…`;
  throw new InvalidArgument({ argument, reason: `${JSON.stringify(shown)} ${problem}` });
}

/**
 * Check that `name`, itself a file name, still is one with `suffix` at its end.
 *
 * @throws {@link InvalidArgument} if it is not.
 */
export function checkSuffix(name: string, suffix: unknown): asserts suffix is string {
  checkFileName("suffix", typeof suffix === "string" ? name + suffix : suffix);
}

function problemOf(name: string): string | undefined {
  if (name === "") return "is empty";
  if (/\p{Cs}/u.test(name)) return "is not valid Unicode";
  if (name === "." || name === "..") return "stands for a folder that is there already";
  if (/[/\\]/.test(name)) return "holds a separator";
  if (/\p{Cc}/u.test(name)) return "holds a control character";
  if (/^[A-Za-z]:/.test(name)) return "begins with a drive letter";
  const length = Buffer.byteLength(name);
  return length > LONGEST ? `is longer than ${LONGEST} bytes in UTF-8: ${length}` : undefined;
}
