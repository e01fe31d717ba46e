/** The test double: easy to program, loud about what it was not told. */

import { inspect } from "node:util";

import {
  checkMembers,
  HttpBodyTooLarge,
  HttpRequestFailed,
  HttpTimeout,
  httpClientMembers,
  InvalidArgument,
  InvalidHeader,
  InvalidUrl,
  isResourceError,
  type JsonValue,
  ResourceClosed,
} from "@dagstack/contracts";
import { describe, expect, test } from "vitest";

import type { StubRequest } from "../../src/http/pattern.js";
import type { StubAnswer } from "../../src/http/route.js";
import { StubHttpClient, UnmatchedRequest, UnusedRoutes } from "../../src/http/stub.js";
import { failure, noTime } from "./clients.js";

const URL = "https://api.test/users/7?full=1";

/** What careless plugins do. */
async function careless(stub: StubHttpClient): Promise<void> {
  await stub.get(URL).catch(() => undefined);
}

test("an answer takes one line", async () => {
  const stub = new StubHttpClient();
  stub.on("GET", URL, { json: { name: "Ada" } });
  const response = await stub.get(URL);
  expect(response.json()).toEqual({ name: "Ada" });
  expect([response.statusCode, response.headers["content-type"]]).toEqual([
    200,
    "application/json",
  ]);
  checkMembers("http_client", stub, httpClientMembers);
});

test.each<[StubAnswer, number, string, string | undefined]>([
  [{}, 200, "", undefined],
  [{ status: 404 }, 404, "", undefined],
  [{ json: [1, "ä"] }, 200, '[1,"ä"]', "application/json"],
  [{ json: 0 }, 200, "0", "application/json"],
  [{ json: null }, 200, "null", "application/json"],
  [{ text: "ä" }, 200, "ä", "text/plain; charset=utf-8"],
  [{ content: Uint8Array.of(0x61) }, 200, "a", undefined],
  [{ text: "x", status: 201, headers: { "Content-Type": "text/x" } }, 201, "x", "text/x"],
])("a response has what it was given: %j", async (answer, status, text, type) => {
  const stub = new StubHttpClient();
  stub.on("GET", URL, answer);
  const response = await stub.get(URL);
  const found = [response.statusCode, response.text(), response.headers["content-type"]];
  expect(found).toEqual([status, text, type]);
});

test("URLs match whole, by prefix, by expression or by function", async () => {
  const stub = new StubHttpClient();
  stub.on("GET", { prefix: "https://a.test/v1" }, { text: "prefix" });
  stub.on("GET", /https:\/\/b\.test\/\d+/gy, { text: "expression" });
  stub.on("*", ({ headers }) => "x-me" in headers, { text: "function" });
  stub.on("put", "HTTPS://C.test:443/#top", { text: "whole" });
  const responses = [
    await stub.get("https://a.test/v1/x?y=1"),
    await stub.get("https://b.test/123"),
    await stub.get("https://b.test/123"),
    await stub.delete("https://z.test/", { headers: { "X-Me": "1" } }),
    await stub.put("https://c.test"),
  ];
  const texts = responses.map((response) => response.text());
  expect(texts).toEqual(["prefix", "expression", "expression", "function", "whole"]);
  for (const url of ["https://a.test.evil/v1", "https://b.test/123x", "http://c.test/"]) {
    await failure(UnmatchedRequest, stub.get(url));
  }
});

test("a sequence is given in order, and its last answer for good", async () => {
  const stub = new StubHttpClient();
  stub.on("GET", URL, { text: "a" }).next({ text: "b", times: 2 }).next({ text: "c" });
  const texts: string[] = [];
  for (let turn = 0; turn < 6; turn++) texts.push((await stub.get(URL)).text());
  expect(texts.join("")).toBe("abbccc");
});

test("answers that are used up are no answers", async () => {
  const stub = new StubHttpClient();
  stub.on("GET", URL, { text: "first", times: 1 });
  const second = stub.on("GET", URL, { text: "second", times: 1 });
  expect([(await stub.get(URL)).text(), (await stub.get(URL)).text()]).toEqual(["first", "second"]);
  const error = await failure(UnmatchedRequest, stub.get(URL));
  expect(error.message).toMatch(/the answers to it are used up/);
  expect(second.calls).toBe(1);
});

test("an answer added later is the next one", async () => {
  const stub = new StubHttpClient();
  const route = stub.on("GET", URL, { text: "a" });
  expect((await stub.get(URL)).text()).toBe("a");
  route.next({ text: "b" });
  expect((await stub.get(URL)).text()).toBe("b");
});

test("a route is no promise", async () => {
  const route = new StubHttpClient().on("GET", URL);
  // An object with a method `then` would be called here, and never come back.
  expect(await Promise.resolve(route)).toBe(route);
});

test("errors are thrown as told", async () => {
  const stub = new StubHttpClient();
  const own = new Error("boom");
  const about = { method: "GET", url: "https://x.test/", attempts: 3, detail: "my words" };
  stub
    .on("GET", URL, { error: HttpTimeout })
    .next({ error: own })
    .next({
      error: new HttpTimeout(about),
    });
  const first = await failure(HttpTimeout, stub.get(URL));
  expect([first.method, first.url]).toEqual(["GET", "https://api.test/users/7"]);
  await expect(stub.get(URL)).rejects.toBe(own);
  const last = await failure(HttpTimeout, stub.get(URL));
  expect([last.detail, last.url]).toEqual(["my words", "https://api.test/users/7"]);
});

test("a delay takes time of the sleeper only, and beyond a limit it is a timeout", async () => {
  const time = noTime();
  const stub = new StubHttpClient({}, time);
  stub.on("PUT", URL, { delay: 2500, text: "late" });
  stub.on("POST", URL, { delay: 31_000, text: "too late" });
  expect((await stub.put(URL)).text()).toBe("late");
  await failure(HttpTimeout, stub.post(URL));
  expect(time.sleeper.delays).toEqual([2500, 30_000]);
});

test("every call is recorded with its arguments", async () => {
  const stub = new StubHttpClient({ headers: { "x-host": "1" } });
  stub.on("*", { prefix: "https://api.test/" });
  const json: Record<string, JsonValue> = { a: 1 };
  await stub.get("https://me:pw@api.test/#top");
  await stub.post(URL, { json, headers: { "X-A": "1" } });
  json.a = 2;
  expect(stub.calls).toEqual([
    { method: "GET", url: "https://me:pw@api.test/#top" },
    { method: "POST", url: URL, json: { a: 1 }, headers: { "X-A": "1" } },
  ]);
  const [first, second] = stub.requests;
  expect([first?.url, first?.headers.authorization]).toEqual([
    "https://api.test/",
    "Basic bWU6cHc=",
  ]);
  expect([String(second?.body && new TextDecoder().decode(second.body))]).toEqual(['{"a":1}']);
  expect(second?.headers["x-host"]).toBe("1");
});

describe("a request without a route", () => {
  test("names itself and what is nearest", async () => {
    const stub = new StubHttpClient();
    stub.on("POST", URL);
    stub.on("GET", "https://api.test/users/8?full=1&x=2");
    stub.on("GET", { prefix: "http://other.test:81/" });
    stub.on("GET", /https:\/\/b\.test\//);
    const error = await failure(UnmatchedRequest, stub.get(URL));
    expect(error.message).toBe(
      [
        "no route answers GET https://api.test/users/7?full=1; the nearest are:",
        `- POST ${URL}: the method is GET, not POST`,
        String.raw`- GET /https:\/\/b\.test\//: the URL does not match /https:\/\/b\.test\//`,
        "- GET https://api.test/users/8?full=1&x=2: the path is /users/7, not /users/8, " +
          "query x is missing, not '2'",
      ].join("\n"),
    );
    expect(error.requests.map(({ method, url }) => [method, url])).toEqual([["GET", URL]]);
    expect(isResourceError(error)).toBe(true);
    expect(error.name).toBe("UnmatchedRequest");
  });

  test.each([
    ["http://api.test/users/7?full=1", "the scheme is https, not http"],
    ["https://api.test:444/users/7?full=1", "the port is 443, not 444"],
    ["https://b.test/users/7?full=1", "the host is api.test, not b.test"],
    ["https://api.test/users/7", "query full is '1', not missing"],
    ["https://api.test/users/7?full=%31", "the query is 'full=1', not 'full=%31'"],
  ])("differs from %s: %s", async (route, difference) => {
    const stub = new StubHttpClient();
    stub.on("GET", route);
    const error = await failure(UnmatchedRequest, stub.get(URL));
    expect(error.message).toBe(
      `no route answers GET ${URL}; the nearest are:\n- GET ${route}: ${difference}`,
    );
  });

  test("says how to add one", async () => {
    const error = await failure(UnmatchedRequest, new StubHttpClient().get(URL));
    expect(error.message).toMatch(/the stub has none, see StubHttpClient\.on/);
  });

  test("shows no secrets of its headers", async () => {
    const call = new StubHttpClient().get(URL, { headers: { authorization: "hush" } });
    const error = await failure(UnmatchedRequest, call);
    expect(inspect(error, { depth: 9 })).not.toContain("hush");
  });
});

describe("what a plugin swallows", () => {
  test("fails when the stub is closed, once", async () => {
    const stub = new StubHttpClient();
    await careless(stub);
    await careless(stub);
    const error = await failure(UnmatchedRequest, stub.close());
    expect(error.message.split("\n")).toHaveLength(2);
    await stub.close();
    await failure(ResourceClosed, stub.get(URL));
  });

  test("fails when the test asks", async () => {
    const stub = new StubHttpClient();
    await careless(stub);
    expect(() => {
      stub.assertDone();
    }).toThrow(UnmatchedRequest);
    stub.assertDone();
  });

  test("fails at the end of a block, and replaces no other error", async () => {
    const block = async (own?: Error): Promise<void> => {
      await using stub = new StubHttpClient();
      await careless(stub);
      if (own !== undefined) throw own;
    };
    await failure(UnmatchedRequest, block());
    const error = await failure(Error, block(new RangeError("first")));
    expect(error).toMatchObject({ name: "SuppressedError", suppressed: { message: "first" } });
  });
});

test("routes that nobody used are reported", async () => {
  const stub = new StubHttpClient();
  const used = stub.on("GET", URL);
  const twice = stub.on("PUT", URL, { times: 2 });
  const never = stub.on("DELETE", URL);
  await stub.get(URL);
  await stub.put(URL);
  expect([used.done, stub.unused]).toEqual([true, [twice, never]]);
  const error = await failure(
    UnusedRoutes,
    Promise.resolve().then(() => {
      stub.assertDone();
    }),
  );
  expect(error.routes).toEqual([twice, never]);
  expect(error.message).toContain(`- PUT ${URL} (answered 1 times)`);
  await stub.put(URL);
  await stub.delete(URL);
  stub.assertDone();
});

test("nothing is retried or followed without settings", async () => {
  for (const [settings, status, sent] of [
    [undefined, 503, 1],
    [{}, 200, 3],
  ] as const) {
    const stub = new StubHttpClient(settings, noTime());
    const moved = { status: 302, headers: { location: URL } };
    stub.on("GET", URL, { status: 503 }).next(moved).next({});
    expect([(await stub.get(URL)).statusCode, stub.requests.length]).toEqual([status, sent]);
  }
});

test("the limit of a body counts here too", async () => {
  const stub = new StubHttpClient({ limits: { bodyBytes: 2 } });
  stub.on("GET", URL, { text: "abc" });
  expect(await failure(HttpRequestFailed, stub.get(URL))).toBeInstanceOf(HttpBodyTooLarge);
});

test("what could never happen cannot be programmed", () => {
  const stub = new StubHttpClient();
  expect(() => stub.on("GET", "api.test/users")).toThrow(InvalidUrl);
  expect(() => stub.on("GET", { prefix: "api.test/" })).toThrow(InvalidUrl);
  expect(() => stub.on("GET", URL, { headers: { "x-a": "1\r\nx-b: 2" } })).toThrow(InvalidHeader);
  const wrong: readonly (readonly [string, StubAnswer])[] = [
    ["status", { status: 99 }],
    ["status", { status: 103 }],
    ["json", { json: {}, text: "" }],
    ["json", { json: NaN }],
    ["error", { error: HttpRequestFailed as typeof HttpTimeout }],
    ["delay", { delay: -1 }],
    ["times", { times: 0 }],
  ];
  for (const [argument, answer] of wrong) {
    const program = (): unknown => stub.on("GET", URL, answer);
    expect(program).toThrow(InvalidArgument);
    expect(program).toThrow(expect.objectContaining({ argument }));
  }
  expect(stub.unused).toEqual([]);
});

test.each<[string, unknown]>([
  ["a list", []],
  ["text", "text"],
  ["null", null],
  ["a map", new Map()],
  ["an infinity", { a: [Infinity] }],
  ["nothing", { a: undefined }],
  ["a hole", { a: [1, , 2] }], // eslint-disable-line no-sparse-arrays
  ["a lone surrogate", { a: "\ud800" }],
  ["a lone surrogate in a name", { "\udfff": 1 }],
  ["a date", { a: new Date(0) }],
  ["bytes", { a: new Uint8Array(1) }],
  ["a function", { toJSON: () => 1 }],
  ["a bigint", { a: 1n }],
  ["itself", circular()],
  ["too much", nested(100_000)],
])("%s is refused as JSON", async (_, value) => {
  const stub = new StubHttpClient();
  stub.on("*", URL);
  const json = value as Record<string, JsonValue>;
  for (const call of [stub.post(URL, { json }), stub.put(URL, { json })]) {
    expect((await failure(InvalidArgument, call)).argument).toBe("json");
  }
  expect(stub.requests).toEqual([]);
});

function circular(): object {
  const value: Record<string, unknown> = {};
  value.a = [value];
  return value;
}

function nested(depth: number): object {
  let value: object = {};
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}

test("what holds itself is named as that", async () => {
  const call = new StubHttpClient().post(URL, { json: circular() as Record<string, JsonValue> });
  expect((await failure(InvalidArgument, call)).reason).toBe("it holds itself");
});

test("what is there twice, but not in itself, is JSON", async () => {
  const stub = new StubHttpClient();
  stub.on("POST", URL);
  const twice = { b: 1 };
  const json = Object.assign(Object.create(null), { a: twice, c: [twice] }) as typeof twice;
  await stub.post(URL, { json });
  expect(new TextDecoder().decode(stub.requests[0]?.body)).toBe('{"a":{"b":1},"c":[{"b":1}]}');
});

test("reset forgets everything", async () => {
  const stub = new StubHttpClient();
  stub.on("PUT", URL);
  await stub.put(URL);
  await careless(stub);
  stub.reset();
  expect([stub.calls, stub.requests, stub.unused]).toEqual([[], [], []]);
  stub.assertDone();
});

test("concurrent calls are recorded once each", async () => {
  const stub = new StubHttpClient();
  const route = stub.on("GET", URL, { times: 60 }).next({ status: 201, times: 40 });
  const calls = Array.from({ length: 100 }, async () => (await stub.get(URL)).statusCode);
  const statuses = await Promise.all(calls);
  expect(statuses.filter((status) => status === 201)).toHaveLength(40);
  expect([stub.calls.length, stub.requests.length, route.calls]).toEqual([100, 100, 100]);
  stub.assertDone();
});

test("a function may look at the body as well", async () => {
  const aboutPens = ({ body }: StubRequest): boolean =>
    body !== undefined && new TextDecoder().decode(body).includes("pen");
  const stub = new StubHttpClient();
  stub.on("POST", aboutPens, { status: 201 });
  expect((await stub.post(URL, { json: { item: "pen" } })).statusCode).toBe(201);
  const error = await failure(UnmatchedRequest, stub.post(URL, { json: { item: "ink" } }));
  expect(error.message).toContain("aboutPens");
});
