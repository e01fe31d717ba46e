/**
 * Which requests a route of the test double answers, and how far off others are.
 *
 * @packageDocumentation
 */

import type { JsonValue } from "@dagstack/contracts";

import type { ReceivedHeaders } from "./headers.js";
import { parseUrl, type Target } from "./url.js";

/** A call as the plugin made it. */
export interface StubCall {
  /** In upper case. */
  readonly method: string;

  /** As it was given. */
  readonly url: string;

  /** What is to be sent as the body. */
  readonly json?: Readonly<Record<string, JsonValue>> | undefined;

  /** Those that the plugin gave. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request as the wire would have seen it: one for each attempt and each redirect. */
export interface StubRequest {
  /** In upper case. */
  readonly method: string;

  /** Normalized, without user, password and fragment. */
  readonly url: string;

  /** All that would be sent, by names in lower case. */
  readonly headers: ReceivedHeaders;

  /** The bytes of the body, if there is one. */
  readonly body: Uint8Array | undefined;
}

/**
 * Which URLs are meant: a whole one, an expression that matches all of one, how one begins, or a
 * function that decides by the request.
 */
export type UrlPattern =
  string | RegExp | { readonly prefix: string } | ((request: StubRequest) => boolean);

/** Whether a request has the URL; and if not, in what it differs. */
interface UrlMatcher {
  readonly shown: string;
  readonly matches: (request: StubRequest) => boolean;
  readonly differences: (request: StubRequest) => string[];
}

/** A method and a pattern of URLs. */
export class Pattern {
  readonly #method: string;
  readonly #url: UrlMatcher;

  /** @throws `InvalidUrl` if a whole URL, or a prefix, is none that could ever be requested. */
  constructor(method: string, url: UrlPattern) {
    this.#method = method.toUpperCase();
    this.#url = matcherOf(url);
  }

  /** Whether a request is meant. */
  matches(request: StubRequest): boolean {
    return this.#hasMethod(request) && this.#url.matches(request);
  }

  /** What would have to be different for the request to match, part by part. */
  differences(request: StubRequest): string[] {
    const method = `the method is ${request.method}, not ${this.#method}`;
    return [...(this.#hasMethod(request) ? [] : [method]), ...this.#url.differences(request)];
  }

  /** Method and URL, for messages. */
  toString(): string {
    return `${this.#method} ${this.#url.shown}`;
  }

  #hasMethod(request: StubRequest): boolean {
    return this.#method === "*" || this.#method === request.method;
  }
}

function matcherOf(url: UrlPattern): UrlMatcher {
  if (typeof url === "function") return decidedBy(url.name || "a function", url);
  if (url instanceof RegExp) {
    // One that remembers where it stopped would match every other time.
    const whole = new RegExp(`^(?:${url.source})$`, url.flags.replace(/[gy]/g, ""));
    return decidedBy(String(url), (request) => whole.test(request.url));
  }
  return typeof url === "string" ? wholeUrl(parseUrl(url)) : beginning(url.prefix);
}

function decidedBy(shown: string, matches: (request: StubRequest) => boolean): UrlMatcher {
  const difference = `the URL does not match ${shown}`;
  return {
    shown,
    matches,
    differences: (request) => (matches(request) ? [] : [difference]),
  };
}

function wholeUrl(meant: Target): UrlMatcher {
  return {
    shown: meant.text,
    matches: (request) => request.url === meant.text,
    differences: (request) => {
      const asked = parseUrl(request.url);
      const found = ofOrigins(asked, meant);
      if (asked.path !== meant.path) found.push(`the path is ${asked.path}, not ${meant.path}`);
      return [...found, ...ofQueries(queryOf(asked), queryOf(meant))];
    },
  };
}

function beginning(prefix: string): UrlMatcher {
  const meant = parseUrl(prefix);
  // The slash that every URL has must not keep `https://a.test/v1` from being a prefix.
  const text = prefix.endsWith("/") ? meant.text : meant.text.replace(/\/$/, "");
  return {
    shown: `${text}…`,
    matches: (request) =>
      parseUrl(request.url).origin === meant.origin && request.url.startsWith(text),
    differences: (request) => {
      const asked = parseUrl(request.url);
      const found = ofOrigins(asked, meant);
      if (!request.url.startsWith(text)) {
        found.push(`the path ${asked.path} does not begin with ${meant.path}`);
      }
      return found;
    },
  };
}

function ofOrigins(asked: Target, meant: Target): string[] {
  const found: string[] = [];
  for (const part of ["scheme", "host", "port"] as const) {
    // Another scheme is another port: that goes without saying.
    const implied = part === "port" && asked.scheme !== meant.scheme;
    if (asked[part] !== meant[part] && !implied) {
      found.push(`the ${part} is ${asked[part]}, not ${meant[part]}`);
    }
  }
  return found;
}

function queryOf(target: Target): string {
  return target.wholePath.slice(target.path.length + 1);
}

function ofQueries(asked: string, meant: string): string[] {
  if (asked === meant) return [];
  const have = new URLSearchParams(asked);
  const want = new URLSearchParams(meant);
  const found: string[] = [];
  for (const name of [...new Set([...have.keys(), ...want.keys()])].sort()) {
    const [is, should] = [shown(have.getAll(name)), shown(want.getAll(name))];
    if (is !== should) found.push(`query ${name} is ${is}, not ${should}`);
  }
  return found.length > 0 ? found : [`the query is '${asked}', not '${meant}'`];
}

function shown(values: readonly string[]): string {
  return values.length === 0 ? "missing" : values.map((value) => `'${value}'`).join(", ");
}
