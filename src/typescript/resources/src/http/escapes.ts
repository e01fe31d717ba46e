/**
 * Text for messages: what a terminal or a log would not show becomes an escape.
 *
 * @packageDocumentation
 */

const UNPRINTABLE = /[\p{C}\p{Z}]/gu;
const NOT_ASCII = /[^\x20-\x7e]/gu;
const SHORT = new Map([
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\r", "\\r"],
]);

/** Put escapes where a terminal or a log would not show a character. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (character === " " ? " " : escape(character)));
}

/** Put escapes for all that is not printable ASCII. */
export function ascii(text: string): string {
  return text.replace(NOT_ASCII, escape);
}

function escape(character: string): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
