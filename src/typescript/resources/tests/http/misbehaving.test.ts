/** Servers that break off, dawdle, flood and lie, over every engine. */

import { createServer } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";

import {
  HttpBodyTooLarge,
  HttpConnectionFailed,
  HttpRequestFailed,
  HttpResponseMalformed,
  HttpTimeout,
  type JsonValue,
} from "@dagstack/contracts";
import { describe, expect, test } from "vitest";

import type { HttpLimits, HttpSettings, HttpTimeouts } from "../../src/http/settings.js";
import { PooledHttpClient } from "../../src/node/http/client.js";
import { clientOver, ENGINES, type EngineName, failure } from "./clients.js";
import {
  always,
  type Answer,
  byPath,
  hanging,
  hangingUp,
  HOST,
  inTurn,
  raw,
  resetting,
  send,
  serve,
} from "./server.js";

const OK = "HTTP/1.1 200 OK\r\n";
const IMPATIENT: HttpTimeouts = { receive: 1000, total: 10_000 };
const LIMIT = 1000;

function settings(
  timeouts: HttpTimeouts = { total: 10_000 },
  limits: HttpLimits = {},
): HttpSettings {
  return { retry: { maxAttempts: 1 }, timeouts, limits };
}

/** What a request fails with, and that the client is fit for use afterwards. */
async function failed(
  engine: EngineName,
  url: string,
  settings: HttpSettings,
  json?: Record<string, JsonValue>,
): Promise<HttpRequestFailed> {
  const client = clientOver(engine, settings);
  const call = json === undefined ? client.get(url) : client.post(url, { json });
  const error = await failure(HttpRequestFailed, call);
  const other = await serve(always(200, "still fit"));
  expect((await client.get(other.url())).text()).toBe("still fit");
  return error;
}

const thenReset =
  (beginning: string): Answer =>
  async ({ socket }) => {
    await send(socket, beginning);
    socket.resetAndDestroy();
  };

const thenHang =
  (beginning: string): Answer =>
  ({ socket }) =>
    send(socket, beginning);

describe.each(ENGINES)("over %s", (engine) => {
  test.each<[string, Answer]>([
    ["at once", hangingUp],
    ["with a reset", resetting],
    ["with a reset in the head", thenReset("HTTP/1.1 200 OK\r\ncontent-le")],
    ["with a reset in the body", thenReset(`${OK}content-length: 10\r\n\r\nabc`)],
    ["in the head", raw(["HTTP/1.1 200 OK\r\ncontent-le"])],
    ["before the body is whole", raw([`${OK}content-length: 10\r\n\r\nabc`])],
    ["in a chunk", raw([`${OK}transfer-encoding: chunked\r\n\r\n5\r\nhel`])],
    ["before the last chunk", raw([`${OK}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`])],
  ])("a connection that breaks %s is a failed connection", async (_, answer) => {
    const server = await serve(answer);
    const error = await failed(engine, server.url("/a?secret=1"), settings());
    expect(error).toBeInstanceOf(HttpConnectionFailed);
    expect([error.method, error.url, error.attempts]).toEqual(["GET", server.url("/a"), 1]);
    expect(error.cause).toBeDefined();
  });

  test.each<[string, Answer]>([
    ["another protocol", raw(["SSH-2.0-OpenSSH_9.6\r\n\r\n"])],
    ["no status", raw(["HTTP/1.1 two hundred\r\n\r\n"])],
    ["TLS", raw(["\x15\x03\x01\x00\x02\x02\x50".repeat(20)])],
    ["a bad name", raw([`${OK}content-length: 2\r\nx y: z\r\n\r\nok`])],
    ["a bad length", raw([`${OK}content-length: ten\r\n\r\nok`])],
    ["two lengths", raw([`${OK}content-length: 2\r\ncontent-length: 3\r\n\r\nok`])],
    ["a bad chunk", raw([`${OK}transfer-encoding: chunked\r\n\r\nxyz\r\nok\r\n`])],
    ["a huge header", raw([`${OK}x-large: ${"x".repeat(200_000)}\r\n\r\n`])],
  ])("%s is malformed, and is not tried again", async (_, answer) => {
    const server = await serve(answer);
    const error = await failed(engine, server.url(), {});
    expect(error).toBeInstanceOf(HttpResponseMalformed);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Answer]>([
    ["at once", hanging],
    ["in the head", thenHang("HTTP/1.1 200 OK\r\nx-a: 1\r\n")],
    ["in the body", thenHang(`${OK}content-length: 10\r\n\r\nabc`)],
  ])("silence %s ends in a timeout", async (_, answer) => {
    const server = await serve(answer);
    const error = await failed(engine, server.url(), settings(IMPATIENT));
    expect(error).toBeInstanceOf(HttpTimeout);
    expect(error.detail).toBe("nothing received in time");
    await server.left();
  });

  test("a server that drips runs into the overall deadline", async () => {
    const server = await serve(async ({ socket }) => {
      await send(socket, `${OK}content-length: 100000\r\n\r\n`);
      const drip = setInterval(() => socket.write("x"), 20);
      socket.on("close", () => {
        clearInterval(drip);
      });
    });
    const limits = settings({ receive: 5000, total: 2000 });
    const error = await failed(engine, server.url(), limits);
    expect(error).toBeInstanceOf(HttpTimeout);
    expect(error.detail).toBe("the overall deadline passed");
    await server.left();
  });

  test("a slow body in time is no timeout", async () => {
    const server = await serve(async ({ socket }) => {
      await send(socket, `${OK}content-length: 8\r\n\r\n`);
      for (let turn = 0; turn < 8; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        await send(socket, "x");
      }
    });
    const client = clientOver(engine, settings({ receive: 2000 }));
    expect((await client.get(server.url())).text()).toBe("xxxxxxxx");
  });

  test.each<[string, Answer]>([
    ["of a length", always(200, "x".repeat(LIMIT + 1))],
    ["until the end", raw([`${OK}connection: close\r\n\r\n`, "x".repeat(LIMIT + 1)])],
    [
      "that is compressed",
      raw([`${OK}content-encoding: gzip\r\n\r\n`, gzipSync("x".repeat(LIMIT + 1))]),
    ],
    [
      "that is a bomb",
      raw([`${OK}content-encoding: gzip\r\n\r\n`, gzipSync(new Uint8Array(50_000_000))], false),
    ],
    ["without end", endless],
  ])("a body %s over the limit is refused", async (_, answer) => {
    const server = await serve(answer);
    const limits = settings({ total: 10_000 }, { bodyBytes: LIMIT });
    const error = await failed(engine, server.url(), limits);
    expect(error).toBeInstanceOf(HttpBodyTooLarge);
    expect(error).toHaveProperty("limit", LIMIT);
    if (engine !== "fetch") await server.left(); // that may keep one on which all has come
  });

  test("a body of just the limit is read", async () => {
    const packed = gzipSync("x".repeat(LIMIT));
    const headers = { "content-encoding": "gzip" };
    const server = await serve(
      inTurn(always(200, "x".repeat(LIMIT)), always(200, packed, headers)),
    );
    const client = clientOver(engine, settings({ total: 10_000 }, { bodyBytes: LIMIT }));
    for (let turn = 0; turn < 2; turn++) {
      expect((await client.get(server.url())).bytes()).toHaveLength(LIMIT);
    }
  });

  test("a port where nobody listens is a failed connection", async () => {
    const port = await freePort();
    const error = await failed(engine, `http://${HOST}:${port}/x`, settings());
    expect(error).toBeInstanceOf(HttpConnectionFailed);
    expect(error.message).toBe(
      `GET http://${HOST}:${port}/x failed: no connection: connection refused (attempts: 1)`,
    );
  });

  test("an unknown host is a failed connection", async () => {
    const error = await failed(engine, "http://unknown.invalid/", settings());
    expect(error).toBeInstanceOf(HttpConnectionFailed);
    expect(error.detail).toMatch(/^the name of the host/);
  });

  test.each<[string, Answer]>([
    ["a broken connection", hangingUp],
    ["another protocol", raw(["SSH-2.0\r\n\r\n"])],
    ["a large body", always(200, "x".repeat(2 * LIMIT))],
    ["silence", hanging],
  ])("secrets of a URL are in no error after %s", async (_, answer) => {
    const server = await serve(answer);
    const url = server.url("/p?token=hush1", "hush2:hush3@127.0.0.1");
    const error = await failed(engine, url, settings(IMPATIENT, { bodyBytes: LIMIT }));
    // With everything that hangs on it.
    const shown = inspect(error, { depth: 12, showHidden: true });
    expect(shown).not.toMatch(/hush/);
    expect(shown).not.toContain(Buffer.from("hush2:hush3").toString("base64"));
    expect(error.url).toBe(server.url("/p"));
  });

  test("no request is repeated behind the back of the retry policy", async () => {
    const server = await serve(inTurn(always(), hangingUp, always()));
    const client = clientOver(engine, settings());
    await client.get(server.url());
    await failure(HttpConnectionFailed, client.get(server.url()));
    expect(server.requests).toHaveLength(2);
  });
});

describe.each(["pool", "dispatcher"] as const)("over %s alone", (engine) => {
  test.each<[string, string, readonly (string | Uint8Array)[]]>([
    ["what is not gzip", "gzip", ["plain"]],
    ["half of gzip", "gzip", [gzipSync("x").subarray(0, -1)]],
    ["a byte of gzip", "gzip", [gzipSync("x").subarray(0, 1)]],
    ["more than gzip", "gzip", [gzipSync("x"), "y"]],
    ["more than gzip in one piece", "gzip", [Buffer.concat([gzipSync("x"), Buffer.from("\0")])]],
    ["what is not deflate", "deflate", ["\xff\xff\xff\xff"]],
    ["brotli", "br", ["abcd"]],
    ["gzip of gzip", "gzip, gzip", ["abcd"]],
  ])("%s is malformed", async (_, encoding, pieces) => {
    const server = await serve(raw([`${OK}content-encoding: ${encoding}\r\n\r\n`, ...pieces]));
    const error = await failed(engine, server.url(), {});
    expect(error).toBeInstanceOf(HttpResponseMalformed);
    expect(server.requests).toHaveLength(1);
  });

  test("a body that is announced as too large is not read", async () => {
    const server = await serve(raw([`${OK}content-length: 99999999999\r\n\r\nabc`], false));
    const limits = settings({ total: 10_000 }, { bodyBytes: LIMIT });
    expect(await failed(engine, server.url(), limits)).toBeInstanceOf(HttpBodyTooLarge);
    await server.left();
  });

  test("a request that nobody reads ends in a timeout", async () => {
    const server = await serve(
      ({ socket }) => {
        socket.pause();
      },
      { readsBodies: false },
    );
    const json = { large: "x".repeat(20_000_000) };
    const limits = settings({ send: 300, receive: 5000 });
    const error = await failed(engine, server.url(), limits, json);
    expect(error).toBeInstanceOf(HttpTimeout);
    expect(error.detail).toBe("the request's body was not taken in time");
  });

  test("an answer to half of a request counts", async () => {
    const server = await serve(always(413, "enough"), { readsBodies: false });
    const json = { large: "x".repeat(20_000_000) };
    const response = await clientOver(engine, settings()).post(server.url(), { json });
    expect([response.statusCode, response.text()]).toEqual([413, "enough"]);
  });
});

test("errors of a function that show the URL are kept to themselves", async () => {
  const below = new Error("the socket is gone");
  const carrier = (url: string): Promise<Response> =>
    Promise.reject(new Error(`cannot get ${url}`, { cause: below }));
  const client = PooledHttpClient.over(carrier, settings());
  const call = client.get("http://hush1:hush2@a.test/p?token=hush3");
  const error = await failure(HttpConnectionFailed, call);
  expect(error.cause).toBe(below);
  expect(inspect(error, { depth: 12, showHidden: true })).not.toMatch(/hush/);
});

/** An answer that comes when a test says so. */
function held(): { readonly answer: Answer; readonly letGo: () => void } {
  let letGo = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const answer: Answer = async (exchange) => {
    await gone;
    await always()(exchange);
  };
  return { answer, letGo };
}

test("waiting for a free connection ends in a timeout", async () => {
  for (const limits of [{ connections: 1 }, { connectionsPerHost: 1 }]) {
    const { answer, letGo } = held();
    const server = await serve(byPath({ "/slow": answer, "/": always() }));
    const client = clientOver("pool", settings({ connect: 1000 }, limits));
    const holder = client.get(server.url("/slow"));
    await server.asked();
    const error = await failure(HttpTimeout, client.get(server.url()));
    expect(error.detail).toBe("no connection in time");
    letGo();
    expect((await holder).statusCode).toBe(200);
    expect((await client.get(server.url())).statusCode).toBe(200);
  }
});

test("one host that is busy keeps nobody from another", async () => {
  const { answer, letGo } = held();
  const [slow, quick] = [await serve(answer), await serve(always(200, "ok"))];
  const client = clientOver("pool", settings({}, { connectionsPerHost: 1 }));
  const holders = [1, 2].map(() => client.get(slow.url()));
  await slow.asked();
  expect((await client.get(quick.url())).text()).toBe("ok");
  letGo();
  for (const { statusCode } of await Promise.all(holders)) expect(statusCode).toBe(200);
});

async function endless({ socket }: { socket: import("node:net").Socket }): Promise<void> {
  await send(socket, `${OK}transfer-encoding: chunked\r\n\r\n`);
  while (!socket.destroyed) await send(socket, `1000\r\n${"x".repeat(4096)}\r\n`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
