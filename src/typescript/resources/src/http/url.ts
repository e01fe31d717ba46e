/**
 * URLs that may be requested. They are checked and taken apart here before anything else sees
 * them; the parser of the platform, which mends what it reads, only gets what has passed.
 *
 * @packageDocumentation
 */

import { InvalidUrl } from "@dagstack/contracts";

import { ascii } from "./escapes.js";

const MAX_URL = 65_536;
const MAX_NAME = 253;
const MAX_PORT = 65_535;
const PORTS: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["https", 443],
]);

// Control characters are what this is about.
// eslint-disable-next-line no-control-regex
const UNSENDABLE = /[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\p{Cs}]/u;
const PARTS = /^([A-Za-z]+):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?$/u;
const PLAIN = /^(?:[\w\-.~!$&'()*+,;=:@/?[\]]|%[0-9A-Fa-f]{2})*$/;
const BARE_PERCENT = /%(?![0-9A-Fa-f]{2})/;
const UNSAFE = /[^\w\-.~!$&'()*+,;=:@/?[\]%]/gu;
const USER = /^(?:[\w\-.~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*$/;
const NAME = /^(?!-)[\w-]{1,63}(?:\.(?!-)[\w-]{1,63})*\.?$/;
const NUMBER = /^(?:[0-9]+|0[xX][0-9A-Fa-f]*)$/;
const IPV4 = /^(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})$/;
const IPV6 = /^[0-9A-Fa-f:.]+$/;
const PORT = /^[0-9]{1,5}$/;

/** A URL that may be requested, in parts. */
export interface Target {
  readonly scheme: "http" | "https";

  /** In lower case; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;

  /** Scheme, host and port: whom credentials are for. */
  readonly origin: string;

  /** From the first slash on, without the query. */
  readonly path: string;

  /** What a request asks for: the path with the query. */
  readonly wholePath: string;

  /** The URL without user, password and fragment. */
  readonly text: string;

  /** The URL for messages: also without the query, which may be secret. */
  readonly shown: string;

  /** The header that user and password of the URL stand for. */
  readonly authorization: string | undefined;
}

/**
 * Check a URL and take it apart.
 *
 * What is not ASCII in the path and the query is percent-encoded as UTF-8. All that two parsers
 * might read in two ways is refused: spaces, backslashes, control characters, numeric hosts that
 * are no dotted IPv4 address, host names that are not ASCII.
 *
 * @throws {@link InvalidUrl} if it is not an absolute http or https URL.
 */
export function parseUrl(url: unknown): Target {
  if (typeof url !== "string") throw refusal(`it is of type ${typeof url}, not a string`);
  if (url.length > MAX_URL) throw refusal(`it is longer than ${String(MAX_URL)} characters`);
  const wrong = UNSENDABLE.exec(url);
  if (wrong) throw refusal(`it holds '${ascii(wrong[0])}' at position ${String(wrong.index)}`);
  const parts = PARTS.exec(url);
  if (!parts) throw refusal("it does not begin with http:// or https:// and a host");
  const [, scheme = "", authority = "", path = "", query = ""] = parts;
  const at = authority.lastIndexOf("@");
  const place = parsePlace(scheme.toLowerCase(), authority.slice(at + 1));
  const authorization = at < 0 ? undefined : basic(authority.slice(0, at));
  const sentPath = quoted(path || "/");
  const wholePath = sentPath + quoted(query);
  return {
    scheme: place.scheme,
    host: place.host,
    port: place.port,
    origin: place.origin,
    path: sentPath,
    wholePath,
    text: place.origin + wholePath,
    shown: place.origin + sentPath,
    authorization,
  };
}

function refusal(reason: string): InvalidUrl {
  return new InvalidUrl({ argument: "url", reason });
}

function quoted(part: string): string {
  if (PLAIN.test(part)) return part;
  if (BARE_PERCENT.test(part)) {
    throw refusal("a % in it is not followed by two hexadecimal digits");
  }
  return part.replace(UNSAFE, encodeURIComponent);
}

/** The value of `authorization` that user and password, as a URL has them, stand for. */
function basic(user: string): string {
  if (!USER.test(user)) {
    throw refusal("user or password hold what must be percent-encoded there");
  }
  // The escapes stand for bytes, which need not be UTF-8.
  const bytes = (user.includes(":") ? user : `${user}:`).replace(/%(..)/g, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
  return `Basic ${btoa(bytes)}`;
}

interface Place {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly origin: string;
}

function parsePlace(scheme: string, place: string): Place {
  if (scheme !== "http" && scheme !== "https") {
    throw refusal(`its scheme is ${scheme}, not http or https`);
  }
  const bracketed = place.startsWith("[");
  const split = bracketed ? place.indexOf("]") + 1 : firstColon(place);
  const rest = place.slice(split);
  if (bracketed && (split === 0 || (rest !== "" && !rest.startsWith(":")))) {
    throw refusal("its host is no IPv6 address in brackets");
  }
  const written = place.slice(0, split);
  const host = bracketed ? ipv6(written.slice(1, -1)) : name(written);
  const standard = PORTS.get(scheme);
  const port = rest.length > 1 ? parsePort(rest.slice(1)) : (standard ?? 0);
  const authority = bracketed ? `[${host}]` : host;
  const origin = `${scheme}://${authority}${port === standard ? "" : `:${String(port)}`}`;
  return { scheme, host, port, origin };
}

function firstColon(place: string): number {
  const colon = place.indexOf(":");
  return colon < 0 ? place.length : colon;
}

function ipv6(text: string): string {
  if (text.includes("%")) throw refusal("the IPv6 address of its host has a zone");
  try {
    if (IPV6.test(text)) return new URL(`http://[${text}]`).hostname.slice(1, -1);
  } catch {
    // Told below.
  }
  throw refusal("its host is no IPv6 address in brackets");
}

function name(text: string): string {
  if (text === "") throw refusal("it has no host");
  if (/[^\x20-\x7e]/.test(text)) {
    throw refusal("its host is not ASCII: write it in its xn-- form");
  }
  if (text.length > MAX_NAME || !NAME.test(text)) {
    throw refusal("its host is no name as DNS has them");
  }
  const labels = text.replace(/\.$/, "").split(".");
  // Resolvers read 127.1, 0x7f.1 and 2130706433 as addresses; who filters by text does not.
  if (NUMBER.test(labels.at(-1) ?? "") && !isIpv4(text)) {
    throw refusal("its host ends in a number and is no IPv4 address");
  }
  return text.toLowerCase();
}

function isIpv4(text: string): boolean {
  return IPV4.test(text) && text.split(".").every((part) => Number(part) <= 255);
}

function parsePort(digits: string): number {
  const port = PORT.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > MAX_PORT) throw refusal("its port is not a number from 1 to 65535");
  return port;
}
