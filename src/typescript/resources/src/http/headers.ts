/**
 * Headers: those to send are checked, those received are collected.
 *
 * @packageDocumentation
 */

import { InvalidArgument, InvalidHeader } from "@dagstack/contracts";

import { ascii } from "./escapes.js";

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e]*$/;
const NO_VALUE = /[^\t\x20-\x7e]/u;
const PADDING = /^[\t ]+|[\t ]+$/g;

/** What frames and routes a message is the client's to say: a second opinion smuggles requests. */
export const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers by their names in lower case. */
export type SentHeaders = ReadonlyMap<string, string>;

/**
 * Return the headers by their names in lower case.
 *
 * @throws {@link InvalidHeader} if one cannot be sent, is the client's own, or is there twice.
 * @throws {@link InvalidArgument} if they are no plain object.
 */
export function checkedHeaders(headers: Readonly<Record<string, string>>): Map<string, string> {
  const given: unknown = headers;
  if (typeof given !== "object" || given === null || Symbol.iterator in given) {
    // Of a `Headers` or a `Map` no entry would be seen below.
    const reason = "they are no plain object with names and values";
    throw new InvalidArgument({ argument: "headers", reason });
  }
  const checked = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    checkHeader(name, value);
    const lowered = name.toLowerCase();
    if (OWN_HEADERS.has(lowered)) throw refusal(name, "the client sets it by itself");
    if (checked.has(lowered)) throw refusal(name, "it is given twice, in different case");
    checked.set(lowered, value.replace(PADDING, ""));
  }
  return checked;
}

/**
 * Check that a header can be written down.
 *
 * @throws {@link InvalidHeader} if its name is no token, or its value holds what no value may.
 */
export function checkHeader(name: string, value: unknown): void {
  if (!TOKEN.test(name)) throw refusal(ascii(name), "its name is no token as HTTP has them");
  if (typeof value !== "string") {
    throw refusal(name, `its value is ${value === null ? "null" : typeof value}, not a string`);
  }
  if (!VALUE.test(value)) {
    const wrong = NO_VALUE.exec(value)?.[0] ?? "";
    throw refusal(name, `its value holds '${ascii(wrong)}'`);
  }
}

function refusal(header: string, reason: string): InvalidHeader {
  return new InvalidHeader({ argument: "headers", reason, header });
}

/** Headers as received: by their names in lower case, the values of one name joined by `, `. */
export type ReceivedHeaders = Readonly<Record<string, string>>;

/**
 * Collect headers as received, names in any case, some more than once.
 *
 * The object is frozen and has no prototype: a server may send a header called `__proto__`.
 */
export function collectHeaders(pairs: Iterable<readonly [string, string]>): ReceivedHeaders {
  const collected = Object.create(null) as Record<string, string>;
  for (const [name, value] of pairs) {
    const lowered = name.toLowerCase();
    const before = collected[lowered];
    collected[lowered] = before === undefined ? value : `${before}, ${value}`;
  }
  return Object.freeze(collected);
}
