/**
 * A response with its whole body.
 *
 * @packageDocumentation
 */

import { type HttpResponse, InvalidJson, type JsonValue } from "@dagstack/contracts";

import { decodeText } from "./charset.js";
import { printable } from "./escapes.js";
import type { ReceivedHeaders } from "./headers.js";

/** Characters of a body that an error shows. */
const EXCERPT = 200;

/** A number with a positive exponent, or of so many digits that it may be infinite. */
const MAY_BE_TOO_GREAT = /\d[eE]\+?\d|\d{309}/;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** Pass on what `JSON.parse` read, but for a number that it could only round to infinity. */
function finite(_: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new RangeError("a number is too great");
  }
  return value;
}

/** What a {@link BufferedResponse} is made from. */
export interface ResponseParts {
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly body: Uint8Array;
  readonly url: string;
  readonly attempts: number;
}

/** A response with its whole body, and how it came about. It does not change. */
export class BufferedResponse implements HttpResponse {
  readonly #parts: ResponseParts;

  /** @param parts - Nobody else may keep the bytes of the body. */
  constructor(parts: ResponseParts) {
    this.#parts = parts;
  }

  /** The status, such as 200 or 404. */
  get statusCode(): number {
    return this.#parts.status;
  }

  /**
   * The headers, with names in lower case; values of one name are joined by `, `. The object is
   * frozen, and has no prototype, so that a header may have any name.
   */
  get headers(): ReceivedHeaders {
    return this.#parts.headers;
  }

  /** The URL that answered, after redirects; without user, password and fragment. */
  get url(): string {
    return this.#parts.url;
  }

  /** The number of times that the request was tried; redirects do not count. */
  get attempts(): number {
    return this.#parts.attempts;
  }

  /** Return the body's bytes, decompressed; a copy for the caller. */
  bytes(): Uint8Array {
    return this.#parts.body.slice();
  }

  /**
   * Parse the body as JSON, read as UTF-8; each call makes a new value.
   *
   * Numbers are rounded to what a `number` can hold; one that is too great is no JSON. A member called `__proto__` is a member.
   *
   * @throws {@link InvalidJson} if it is not JSON.
   */
  json(): JsonValue {
    try {
      const text = strictUtf8.decode(this.#parts.body);
      // A reviver makes parsing several times slower, so only what may need it has one.
      return JSON.parse(text, MAY_BE_TOO_GREAT.test(text) ? finite : undefined) as JsonValue;
    } catch (error) {
      // Twice as much, as a character may take two units of UTF-16.
      const beginning = Array.from(this.text().slice(0, 2 * EXCERPT)).slice(0, EXCERPT);
      const excerpt = printable(beginning.join(""));
      throw new InvalidJson({ statusCode: this.statusCode, excerpt }, { cause: error });
    }
  }

  /** Decode the body by the charset of `content-type`, or else as UTF-8. */
  text(): string {
    return decodeText(this.#parts.body, this.#parts.headers["content-type"]);
  }
}
