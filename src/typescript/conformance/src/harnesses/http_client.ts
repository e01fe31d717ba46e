/**
 * HTTP clients before their suite.
 *
 * @packageDocumentation
 */

import type { Clock, HttpClient, Milliseconds, Sleeper } from "@dagstack/contracts";

import type { Arguments, Harness, SubjectFactory } from "../harness.js";
import { harnessOf, type HarnessOptions } from "./options.js";

/** How the client of a case is configured; times are in milliseconds. */
export interface WireOptions {
  /** The headers that the host adds to each request. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** How often a call is tried at most. */
  readonly attempts: number;
  /** Whether POST is repeated as well. */
  readonly retryPost: boolean;
  /** The limit of the first wait. */
  readonly base: Milliseconds;
  /** The limit of every wait. */
  readonly cap: Milliseconds;
  /** The seed of the source that gives the jitter. */
  readonly seed: number;
  /** The limit between two pieces of a response. */
  readonly receive: Milliseconds;
  /** The limit of the whole call. */
  readonly total: Milliseconds;
  /** The greatest body in bytes. */
  readonly bodyBytes: number;
  /** How many redirects are followed. */
  readonly redirects: number;
  /** The clock that the client waits on: it takes no time, and notes the waits. */
  readonly clock: SteppingClock;
}

/** A clock that each sleep moves on at once, and that notes how long they were. */
export class SteppingClock implements Clock, Sleeper {
  readonly #begin: number;
  readonly #waits: number[] = [];
  #elapsed = 0;

  constructor(now: Date) {
    this.#begin = now.getTime();
  }

  now(): Date {
    return new Date(Math.floor(this.#begin + this.#elapsed));
  }

  monotonicNs(): bigint {
    return BigInt(Math.round(this.#elapsed * 1e6));
  }

  sleep(delay: Milliseconds): Promise<void> {
    this.#waits.push(delay);
    this.#elapsed += delay;
    return Promise.resolve();
  }

  /** The waits so far in nanoseconds, rounded to whole microseconds. */
  waits(): number[] {
    return this.#waits.map((delay) => Math.round(delay * 1000) * 1000);
  }
}

/** Put a client that really connects before the suite `http_client`. */
export function httpClientHarness(
  make: (options: WireOptions) => HttpClient,
  options: HarnessOptions,
): Harness {
  const clocks = new WeakMap<HttpClient, SteppingClock>();
  const wire: SubjectFactory = (given) => {
    const clock = new SteppingClock(given.now as Date);
    const client = make({ ...wireOptions(given), clock });
    clocks.set(client, clock);
    return client;
  };
  const plain: SubjectFactory = () => make({ ...DEFAULTS, clock: new SteppingClock(new Date(0)) });
  const waits = (client: HttpClient): number[] => clocks.get(client)?.waits() ?? [];
  return harnessOf(options, { HttpClient: plain, WireClient: wire }, { "WireClient.waits": waits });
}

/** An answer of a client for tests, as cases have it. */
export interface StubAnswer {
  readonly method: string;
  readonly url: string;
  /** Whether the URL is only how URLs begin. */
  readonly prefix: boolean;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly text: string | undefined;
  readonly json: unknown;
  /** The name of an error in place of a response. */
  readonly error: string | undefined;
  /** How often; without a number once, and the last one without end. */
  readonly times: number | undefined;
}

/** A call that a client for tests recorded. */
export interface StubCall {
  readonly method: string;
  readonly url: string;
  readonly json: unknown;
  readonly headers: Readonly<Record<string, string>> | null;
}

/** What cases do with a client for tests. */
export interface StubControls<Client extends HttpClient> {
  readonly make: () => Client;
  readonly answer: (client: Client, answer: StubAnswer) => void;
  readonly calls: (client: Client) => StubCall[];
  readonly assertDone: (client: Client) => void;
}

/** Put a client for tests before the suite `http_client`. */
export function stubHttpClientHarness<Client extends HttpClient>(
  controls: StubControls<Client>,
  options: HarnessOptions,
): Harness {
  const { make, answer, calls, assertDone } = controls;
  return harnessOf(
    options,
    { HttpClient: make, StubHttpClient: make },
    {
      "StubHttpClient.answer": (client: Client, args) => {
        answer(client, args as unknown as StubAnswer);
      },
      "StubHttpClient.calls": (client: Client) => calls(client),
      "StubHttpClient.assert_done": (client: Client) => {
        assertDone(client);
      },
    },
  );
}

const DEFAULTS: Omit<WireOptions, "clock"> = {
  headers: undefined,
  attempts: 1,
  retryPost: false,
  base: 500,
  cap: 30_000,
  seed: 42,
  receive: 10_000,
  total: 60_000,
  bodyBytes: 2 ** 20,
  redirects: 10,
};

function wireOptions(given: Arguments): Omit<WireOptions, "clock"> {
  const { retry_post: retryPost, body_bytes: bodyBytes, ...others } = given;
  return { ...others, retryPost, bodyBytes } as unknown as WireOptions;
}
