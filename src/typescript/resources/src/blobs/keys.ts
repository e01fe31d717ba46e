/**
 * What a store accepts: the one check of keys, prefixes, content types and data.
 *
 * @packageDocumentation
 */

import { InvalidArgument, InvalidBlobKey } from "@dagstack/contracts";

/** Bytes of UTF-8 that a key may have. */
export const KEY_LIMIT = 1024;

/** Characters that a content type may have. */
export const CONTENT_TYPE_LIMIT = 1024;

/** The content type of a blob that was stored without one. */
export const DEFAULT_CONTENT_TYPE = "application/octet-stream";

// No UTF-16 unit takes more than three bytes of UTF-8, so a text of so many is never too long.
const SHORT = Math.floor(KEY_LIMIT / 3);
const CONTROL = /\p{Cc}/u;
const SURROGATE = /\p{Cs}/u;
const DOTS = /(?:^|\/)(\.\.?)(?:\/|$)/u;
const WRONG = /\p{Cc}|\p{Cs}|(?:^|\/)\.{0,2}(?:\/|$)/u;
const PRINTABLE = /^[!-~](?:[ -~]*[!-~])?$/u;

const utf8 = new TextEncoder();

/**
 * Refuse a key that cannot name a blob.
 *
 * @throws {@link InvalidBlobKey} if it cannot, or is no string; the reason says why.
 */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== "string") {
    const kind = kindOf(key);
    const reason = `it must be a string, not ${kind}`;
    throw new InvalidBlobKey({ argument: "key", reason, key: kind });
  }
  if (WRONG.test(key) || isTooLong(key)) {
    throw new InvalidBlobKey({ argument: "key", reason: reasonAgainst(key), key });
  }
}

/** Whether `key` can name a blob. */
export function isKey(key: string): boolean {
  return !WRONG.test(key) && !isTooLong(key);
}

function isTooLong(text: string): boolean {
  return text.length > SHORT && utf8.encode(text).length > KEY_LIMIT;
}

function reasonAgainst(key: string): string {
  if (key === "") return "it is empty";
  if (SURROGATE.test(key)) return "it holds half a surrogate pair, which UTF-8 cannot write";
  const control = CONTROL.exec(key)?.[0].charCodeAt(0);
  if (control !== undefined) {
    const digits = control.toString(16).toUpperCase().padStart(4, "0");
    return `it holds the control character U+${digits}`;
  }
  if (key.startsWith("/")) return "it begins with a slash";
  if (key.endsWith("/")) return "it ends with a slash";
  if (key.includes("//")) return "it has an empty segment";
  const dots = DOTS.exec(key)?.[1];
  if (dots !== undefined) return `it has a segment ${dots}`;
  const size = utf8.encode(key).length;
  return `it has ${size} bytes in UTF-8, and ${KEY_LIMIT} are allowed`;
}

/**
 * Whether any key at all starts with this text.
 *
 * @throws {@link InvalidArgument} if it is no string.
 */
export function canStartAKey(prefix: unknown): prefix is string {
  if (typeof prefix !== "string") {
    const reason = `it must be a string, not ${kindOf(prefix)}`;
    throw new InvalidArgument({ argument: "prefix", reason });
  }
  // What follows the last slash may become anything, so a letter in its place decides.
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  return !(
    WRONG.test(`${folder}x`) ||
    CONTROL.test(prefix) ||
    SURROGATE.test(prefix) ||
    isTooLong(prefix)
  );
}

/**
 * Return the content type to store; nothing and empty text stand for the default.
 *
 * @throws {@link InvalidArgument} if it cannot be the value of a header, or is no string.
 */
export function checkContentType(contentType: unknown): string {
  if (contentType === undefined || contentType === null || contentType === "") {
    return DEFAULT_CONTENT_TYPE;
  }
  if (typeof contentType !== "string") {
    throw wrongContentType(`it must be a string, not ${kindOf(contentType)}`);
  }
  const length = contentType.length;
  if (length > CONTENT_TYPE_LIMIT) {
    throw wrongContentType(`it has ${length} characters, and ${CONTENT_TYPE_LIMIT} are allowed`);
  }
  if (!PRINTABLE.test(contentType)) {
    throw wrongContentType("it is not printable ASCII that neither begins nor ends with a space");
  }
  return contentType;
}

function wrongContentType(reason: string): InvalidArgument {
  return new InvalidArgument({ argument: "content_type", reason });
}

/**
 * Return a copy of the bytes behind a view, such as a `Uint8Array` or a `Buffer`.
 *
 * @throws {@link InvalidArgument} if it is no view, or its memory was transferred away.
 */
export function ownBytes(data: unknown): Uint8Array {
  // Not `instanceof`: bytes that were made in another realm are bytes, too.
  if (!ArrayBuffer.isView(data)) {
    const reason = `it must be a Uint8Array, not ${kindOf(data)}`;
    throw new InvalidArgument({ argument: "data", reason });
  }
  try {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  } catch (error) {
    const reason = "its memory was transferred away";
    throw new InvalidArgument({ argument: "data", reason }, { cause: error });
  }
}

/**
 * Compare two texts by code point, which is how their UTF-8 bytes sort.
 *
 * JavaScript compares UTF-16 units, and so puts U+1F600 before U+FFFD.
 */
export function compareKeys(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for what comes after all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
