/** Retries: exact delays from the injected clock, sleeper and rng, in no time. */

import {
  HttpBodyTooLarge,
  HttpConnectionFailed,
  HttpResponseMalformed,
  HttpTimeout,
  HttpTlsFailed,
  HttpTooManyRedirects,
  InvalidArgument,
} from "@dagstack/contracts";
import { describe, expect, test } from "vitest";

import { FrozenClock } from "../../src/clock/frozen.js";
import type { BufferedResponse } from "../../src/http/response.js";
import {
  checkedRetry,
  parseRetryAfter,
  retryDelay,
  type RetryPolicy,
} from "../../src/http/retry.js";
import type { HttpSettings } from "../../src/http/settings.js";
import { StubHttpClient } from "../../src/http/stub.js";
import { DeterministicRng } from "../../src/rng/deterministic.js";
import { clientOver, ENGINES, failure, FixedRng, noTime, Skipping, START } from "./clients.js";
import { always, hangingUp, inTurn, serve } from "./server.js";

const URL = "https://api.test/x";

/** A stub with all that retries depend on. */
class Bench {
  readonly time: ReturnType<typeof noTime>;
  readonly stub: StubHttpClient;

  constructor(settings: HttpSettings = {}, ...shares: readonly number[]) {
    this.time = noTime(...shares);
    this.stub = new StubHttpClient(settings, this.time);
  }

  get delays(): readonly number[] {
    return this.time.sleeper.delays;
  }

  get(): Promise<BufferedResponse> {
    return this.stub.get(URL);
  }
}

test.each([429, 502, 503, 504])("status %i is tried again", async (status) => {
  const bench = new Bench();
  bench.stub.on("GET", URL, { status }).next({ text: "here" });
  const response = await bench.get();
  expect([response.text(), response.attempts, bench.delays]).toEqual(["here", 2, [250]]);
});

test.each([200, 204, 301, 400, 401, 404, 408, 409, 425, 500, 501, 505])(
  "status %i is not tried again",
  async (status) => {
    const bench = new Bench();
    bench.stub.on("GET", URL, { status });
    expect([(await bench.get()).attempts, bench.delays]).toEqual([1, []]);
  },
);

test("delays are a random share of a limit that doubles, up to the cap", async () => {
  const settings = {
    retry: { maxAttempts: 7, base: 500, cap: 4000 },
    timeouts: { total: 1_000_000 },
  };
  const bench = new Bench(settings, 0, 1 / 4, 1 / 2, 3 / 4, 1 / 8, 0.999);
  bench.stub.on("GET", URL, { status: 503 });
  const response = await bench.get();
  expect(bench.delays).toEqual([0, 250, 1000, 3000, 500, 3996]);
  expect([response.statusCode, response.attempts, bench.time.rng.drawn]).toEqual([503, 7, 6]);
});

test("delays on a seeded rng are those of every language", async () => {
  const clock = new FrozenClock({ now: START });
  const sleeper = new Skipping(clock);
  const rng = new DeterministicRng({ seed: 42 });
  const settings = { retry: { maxAttempts: 4 } };
  const stub = new StubHttpClient(settings, { clock, sleeper, rng });
  stub.on("GET", URL, { status: 503 }).next({ status: 503, headers: { "retry-after": "2" } });
  await stub.get(URL);
  // The first floats of seed 42 times 0.5 s, 1 s and 2 s, the last two after 2 s.
  const shares = [0.6394267984578837, 0.025010755222666936, 0.27502931836911926];
  const [first = 0, second = 0, third = 0] = shares;
  expect(sleeper.delays).toEqual([first * 500, 2000 + second * 1000, 2000 + third * 2000]);
});

test("the last response is returned when attempts are used up", async () => {
  const bench = new Bench();
  bench.stub.on("GET", URL, { status: 503 }).next({ status: 502 }).next({ status: 504 });
  expect([(await bench.get()).statusCode, bench.delays]).toEqual([504, [250, 500]]);
});

test.each([HttpConnectionFailed, HttpTimeout])("%o is tried again", async (error) => {
  const bench = new Bench();
  bench.stub.on("GET", URL, { error }).next({ text: "here" });
  expect((await bench.get()).attempts).toBe(2);
});

test("the last error counts when attempts are used up", async () => {
  const bench = new Bench();
  bench.stub.on("GET", URL, { error: HttpConnectionFailed });
  expect((await failure(HttpConnectionFailed, bench.get())).attempts).toBe(3);
});

test.each([HttpTlsFailed, HttpResponseMalformed])("%o is not tried again", async (error) => {
  const bench = new Bench();
  bench.stub.on("GET", URL, { error });
  await expect(bench.get()).rejects.toMatchObject({ name: error.name, attempts: 1 });
  expect(bench.delays).toEqual([]);
});

test("a loop of redirects and a large body are not tried again", async () => {
  const bench = new Bench({ limits: { bodyBytes: 3 } });
  const loop = bench.stub.on("GET", URL, { status: 302, headers: { location: "/x" } });
  const error = await failure(HttpTooManyRedirects, bench.get());
  expect([error.attempts, error.limit, loop.calls]).toEqual([1, 10, 11]);
  bench.stub.reset();
  bench.stub.on("GET", URL, { text: "four" });
  await failure(HttpBodyTooLarge, bench.get());
  expect(bench.stub.requests).toHaveLength(1);
});

test.each<[string, RetryPolicy, Record<string, string>, number]>([
  ["sent once", {}, { "idempotency-key": "1" }, 1],
  ["repeated where the policy says so", { methods: ["post"] }, {}, 3],
  ["sent once without a key", { idempotencyKey: true }, {}, 1],
  ["repeated with one", { idempotencyKey: true }, { "Idempotency-Key": "1" }, 3],
])("a POST is %s", async (_, retry, headers, attempts) => {
  const { stub } = new Bench({ retry });
  stub.on("POST", URL, { status: 503 });
  expect((await stub.post(URL, { json: {}, headers })).attempts).toBe(attempts);
});

test.each<[string, readonly number[]]>([
  ["0", [250]],
  ["7", [7250]],
  ["Mon, 23 Nov 2026 12:00:09 GMT", [9250]],
  ["Monday, 23-Nov-26 12:00:09 GMT", [9250]],
  ["Mon Nov 23 12:00:09 2026", [9250]],
  ["Mon, 23 Nov 2026 11:00:00 GMT", [250]],
  ["Sun, 31 Feb 2027 12:00:00 GMT", [250]],
  ["Mon, 23 Nov 2026 25:00:00 GMT", [250]],
  ["soon", [250]],
  ["-5", [250]],
  ["1.5", [250]],
  ["", [250]],
  ["59", [59_250]],
  ["60", []],
  ["9".repeat(400), []],
  ["Tue, 24 Nov 2026 12:00:00 GMT", []],
])("Retry-After %s is honoured", async (value, delays) => {
  const bench = new Bench();
  const headers = { "retry-after": value };
  bench.stub.on("GET", URL, { status: 503, headers }).next({ text: "here" });
  const { statusCode } = await bench.get();
  expect([bench.delays, statusCode]).toEqual([delays, delays.length > 0 ? 200 : 503]);
  // What is not waited for draws nothing, or the stream would differ between languages.
  expect(bench.time.rng.drawn).toBe(delays.length);
});

describe("the deadline", () => {
  test("bounds attempts and waits together", async () => {
    const retry = { maxAttempts: 100, base: 4000, cap: 4000 };
    const bench = new Bench({ retry, timeouts: { total: 10_000 } });
    bench.stub.on("GET", URL, { status: 503, delay: 1500 });
    const response = await bench.get();
    // 1.5 + 2 + 1.5 + 2 + 1.5 = 8.5 seconds; two more would be 10.5.
    expect(bench.delays).toEqual([1500, 2000, 1500, 2000, 1500]);
    expect([response.statusCode, response.attempts]).toEqual([503, 3]);
  });

  test("leaves an attempt only what is left", async () => {
    const bench = new Bench({ timeouts: { total: 10_000 } });
    bench.stub.on("GET", URL, { delay: 9000, status: 503 }).next({ delay: 9000 });
    expect((await failure(HttpTimeout, bench.get())).attempts).toBe(2);
    expect(bench.delays).toEqual([9000, 250, 750]);
  });

  test("is not overrun by a sleeper that is late", async () => {
    const { clock, rng } = noTime();
    const sleeper = {
      sleep: (): Promise<void> => {
        clock.advance(11);
        return Promise.resolve();
      },
    };
    const stub = new StubHttpClient({ timeouts: { total: 10_000 } }, { clock, rng, sleeper });
    stub.on("GET", URL, { status: 503 });
    expect([(await stub.get(URL)).statusCode, stub.requests.length]).toEqual([503, 1]);
  });

  test("counts redirects, too", async () => {
    const bench = new Bench({ timeouts: { total: 10_000 } });
    bench.stub.on("GET", URL, { status: 302, headers: { location: "/y" }, delay: 10_000 });
    const error = await failure(HttpTimeout, bench.get());
    expect(error.detail).toBe(
      "the overall deadline passed, at https://api.test/y after 1 redirects",
    );
  });
});

test("a redirect keeps count of the attempts", async () => {
  const bench = new Bench();
  bench.stub.on("GET", URL, { status: 503 }).next({ status: 302, headers: { location: "/y" } });
  bench.stub.on("GET", "https://api.test/y", { status: 503 }).next({ text: "here" });
  const response = await bench.get();
  expect([response.attempts, response.url]).toEqual([3, "https://api.test/y"]);
});

test("a GET after a redirected POST may be repeated, and it alone is", async () => {
  const { stub } = new Bench();
  const posted = stub.on("POST", URL, { status: 303, headers: { location: "/y" } });
  stub.on("GET", "https://api.test/y", { status: 503 }).next({ text: "here" });
  expect((await stub.post(URL, { json: {} })).text()).toBe("here");
  expect(posted.calls).toBe(1);
});

test.each(ENGINES)("retries over the wire of %s", async (engine) => {
  const busy = always(503, "", { "retry-after": "3" });
  const server = await serve(inTurn(hangingUp, busy, always(200, "here")));
  const time = noTime();
  const response = await clientOver(engine, {}, time).put(server.url(), { json: { a: 1 } });
  expect([response.text(), response.attempts, time.sleeper.delays]).toEqual([
    "here",
    3,
    [250, 3500],
  ]);
  expect(server.requests.map((one) => one.body.toString())).toEqual(Array(3).fill('{"a":1}'));
});

test("the clock sleeps where no sleeper is given", async () => {
  const clock = new FrozenClock({ now: START });
  const stub = new StubHttpClient({}, { clock, rng: new FixedRng() });
  stub.on("GET", URL, { status: 503 }).next({ text: "here" });
  const call = stub.get(URL);
  await clock.waitForSleepers(1);
  clock.advance(0.25);
  expect((await call).text()).toBe("here");
});

test.each<RetryPolicy>([{ maxAttempts: 0 }, { base: -1 }, { cap: Infinity }, { base: NaN }])(
  "a policy that makes no sense is refused: %o",
  (policy) => {
    const argument = Object.keys(policy)[0];
    expect(() => checkedRetry(policy)).toThrow(InvalidArgument);
    expect(() => checkedRetry(policy)).toThrow(expect.objectContaining({ argument }));
  },
);

test("no attempt waits less than the server asks, nor more than the cap longer", () => {
  const policy = checkedRetry();
  for (const attempt of [1, 2, 10, 64, 5000]) {
    for (const share of [0, 0.5, 1 - 2 ** -53]) {
      const delay = retryDelay(policy, attempt, share, 7000);
      expect(delay).toBeGreaterThanOrEqual(7000);
      expect(delay).toBeLessThanOrEqual(37_000);
    }
  }
});

test("years of two digits are near", () => {
  expect(
    parseRetryAfter("Thursday, 01-Jan-68 00:00:00 GMT", new Date("2067-12-31T23:59:59Z")),
  ).toBe(1000);
  expect(parseRetryAfter("Wednesday, 01-Jan-69 00:00:00 GMT", START)).toBe(0);
});
