/** What is sent and what is read, over every engine. */

import { Readable } from "node:stream";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";

import { InvalidJson } from "@dagstack/contracts";
import { describe, expect, test, vi } from "vitest";

import type { BufferedResponse } from "../../src/http/response.js";
import type { HttpSettings } from "../../src/http/settings.js";
import { PooledHttpClient } from "../../src/node/http/client.js";
import { clientOver, ENGINES, type EngineName } from "./clients.js";
import { always, header, raw, send, serve } from "./server.js";

const BODY = '{"hello": "world"}';

function get(
  engine: EngineName,
  url: string,
  settings: HttpSettings = {},
  headers: Record<string, string> = {},
): Promise<BufferedResponse> {
  return clientOver(engine, settings).get(url, { headers });
}

function chunked(...chunks: readonly (string | Uint8Array)[]): Buffer {
  const framed = [...chunks, ""].map((chunk) => {
    const bytes = Buffer.from(chunk as string);
    const size = Buffer.from(`${bytes.length.toString(16)}\r\n`);
    return Buffer.concat([size, bytes, Buffer.from("\r\n")]);
  });
  return Buffer.concat(framed);
}

const gzip = (text: string): Buffer => gzipSync(text);

describe.each(ENGINES)("over %s", (engine) => {
  test("each method is sent with path and query as given, without the fragment", async () => {
    const server = await serve(always());
    const client = clientOver(engine);
    const url = server.url("/a/b%2Fc;d?q=1&q=%20x&e=#fragment");
    await client.get(url);
    await client.post(url, { json: { a: 1 } });
    await client.put(url, { json: { a: 1 } });
    await client.delete(url);
    const methods = server.requests.map(({ method }) => method);
    expect(methods).toEqual(["GET", "POST", "PUT", "DELETE"]);
    const targets = new Set(server.requests.map(({ target }) => target));
    expect([...targets]).toEqual(["/a/b%2Fc;d?q=1&q=%20x&e="]);
    expect(header(server.requests[0], "host")).toBe(`127.0.0.1:${server.port}`);
  });

  test("what is not ASCII is percent-encoded", async () => {
    const server = await serve(always());
    await get(engine, server.url("/ä?q=☺"));
    expect(server.requests[0]?.target).toBe("/%C3%A4?q=%E2%98%BA");
  });

  test("headers of a call win over those of the host", async () => {
    const server = await serve(always());
    const headers = { "X-Team": "host", "User-Agent": "host/1" };
    await get(engine, server.url(), { headers }, { "x-team": "plugin", "X-Own": " a b\t" });
    const names = ["x-team", "x-own", "user-agent", "accept-encoding"];
    const sent = names.map((name) => header(server.requests[0], name));
    expect(sent).toEqual(["plugin", "a b", "host/1", "gzip, deflate"]);
  });

  test.each(["post", "put"] as const)("%s sends JSON as UTF-8 with its type", async (method) => {
    const server = await serve(always());
    const client = clientOver(engine);
    await client[method](server.url(), { json: { ä: [1, null, { b: "☺" }] } });
    const headers = { "Content-Type": "application/x+json" };
    await client[method](server.url(), { json: {}, headers });
    await client[method](server.url());
    const sent = server.requests.map((one) => [one.body.toString(), header(one, "content-type")]);
    expect(sent).toEqual([
      ['{"ä":[1,null,{"b":"☺"}]}', "application/json"],
      ["{}", "application/x+json"],
      ["", undefined],
    ]);
  });

  test("a large body arrives whole", async () => {
    const server = await serve(always());
    const json = { text: "x".repeat(1_000_000) };
    await clientOver(engine).put(server.url(), { json });
    expect(JSON.parse(server.requests[0]?.body.toString() ?? "")).toEqual(json);
  });

  test("any status is a response", async () => {
    for (const status of [200, 201, 204, 304, 400, 404, 418, 500, 599]) {
      const server = await serve(raw([`HTTP/1.1 ${status} X\r\ncontent-length: 0\r\n\r\n`]));
      expect((await get(engine, server.url())).statusCode).toBe(status);
    }
  });

  test.each<[string, string, readonly (string | Uint8Array)[]]>([
    ["of a length", "content-length: 18", [BODY]],
    ["in chunks", "transfer-encoding: chunked", [chunked(BODY.slice(0, 5), BODY.slice(5))]],
    ["until the end", "connection: close", [BODY]],
    ["that is identity", "content-encoding: identity\r\ncontent-length: 18", [BODY]],
    ["in gzip", "connection: close\r\ncontent-encoding: gzip", [gzip(BODY)]],
    ["in GZIP", "connection: close\r\ncontent-encoding: GZIP", [gzip(BODY)]],
    [
      "in two members of gzip",
      "connection: close\r\ncontent-encoding: x-gzip",
      [gzip(BODY.slice(0, 9)), gzip(BODY.slice(9))],
    ],
    ["in deflate", "connection: close\r\ncontent-encoding: deflate", [deflateSync(BODY)]],
    ["in bare deflate", "connection: close\r\ncontent-encoding: deflate", [deflateRawSync(BODY)]],
    [
      "in chunks of a byte of gzip",
      "content-encoding: gzip\r\ntransfer-encoding: chunked",
      [chunked(...[...gzip(BODY)].map((byte) => Uint8Array.of(byte)))],
    ],
  ])("a body %s arrives whole", async (_, headers, pieces) => {
    const server = await serve(raw([`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`, ...pieces]));
    const response = await get(engine, server.url());
    expect([response.text(), response.json()]).toEqual([BODY, { hello: "world" }]);
  });

  test("an empty body may claim to be compressed", async () => {
    const server = await serve(always(200, "", { "content-encoding": "gzip" }));
    expect((await get(engine, server.url())).bytes()).toEqual(new Uint8Array());
  });

  test.each([204, 304])("a length that %i states is not of its body", async (status) => {
    const headers = { "content-length": "5000", "content-encoding": "gzip", etag: '"1"' };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const server = await serve(
      raw([`HTTP/1.1 ${status} Whatever\r\n${lines.join("")}\r\n`], false),
    );
    const client = clientOver(engine, { limits: { bodyBytes: 1000 } });
    for (let turn = 0; turn < 2; turn++) {
      const response = await client.get(server.url());
      expect([response.statusCode, response.bytes()]).toEqual([status, new Uint8Array()]);
      expect(response.headers).toMatchObject(headers);
    }
    expect(server.requests).toHaveLength(2);
  });

  test("responses that announce another one are skipped", async () => {
    const early = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
    const final = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    const server = await serve(raw([early, early, final], false));
    expect((await get(engine, server.url())).text()).toBe("ok");
  });

  test("repeated headers are joined, by names in lower case", async () => {
    const head =
      "HTTP/1.1 200 OK\r\nX-A: 1\r\nSet-Cookie: a=1\r\nx-a: 2\r\nset-cookie: b=2\r\n" +
      "__proto__: x\r\nconstructor: y\r\ncontent-length: 0\r\n\r\n";
    const { headers } = await get(engine, (await serve(raw([head]))).url());
    expect(headers["x-a"]).toBe("1, 2");
    expect(headers["set-cookie"]).toBe("a=1, b=2");
    expect(Object.getOwnPropertyDescriptor(headers, "__proto__")?.value).toBe("x");
    expect(Object.getOwnPropertyDescriptor(headers, "constructor")?.value).toBe("y");
    expect("toString" in headers).toBe(false);
    expect(Object.isFrozen(headers)).toBe(true);
  });

  test("a body that is not JSON shows status and beginning", async () => {
    const server = await serve(always(500, "<html>\x1b[31m" + "x".repeat(500)));
    const response = await get(engine, server.url());
    const wanted = { statusCode: 500, excerpt: "<html>\\x1b[31m" + "x".repeat(189) };
    expect(() => response.json()).toThrow(InvalidJson);
    expect(() => response.json()).toThrow(expect.objectContaining(wanted));
  });

  test("user and password of a URL become a header", async () => {
    const server = await serve(always());
    const response = await get(engine, server.url("/", "me:s%3Acret@127.0.0.1"));
    expect(header(server.requests[0], "authorization")).toBe("Basic bWU6czpjcmV0");
    expect(server.requests[0]?.raw).not.toContain("cret");
    expect(response.url).toBe(server.url());
  });

  test("the environment names no proxy", async () => {
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) {
      vi.stubEnv(name, "http://127.0.0.1:9");
    }
    const server = await serve(always(200, "ok"));
    expect((await get(engine, server.url())).text()).toBe("ok");
    vi.unstubAllEnvs();
  });

  test("a hundred calls at once each get their answer", async () => {
    const server = await serve(({ request, socket }) => {
      const body = request.target;
      return send(socket, `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    const client = clientOver(engine, { limits: { connections: 10 } });
    const asked = Array.from({ length: 100 }, (_, index) => `/${index}`);
    const answers = asked.map(async (path) => (await client.get(server.url(path))).text());
    expect(await Promise.all(answers)).toEqual(asked);
    expect(server.connections).toBeLessThanOrEqual(10);
  });
});

test("bytes of headers that are no UTF-8 are Latin-1", async () => {
  const head = "HTTP/1.1 200 OK\r\nX-B: caf\xe9\r\nX-C: \xc3\xa9\r\ncontent-length: 0\r\n\r\n";
  for (const engine of ["pool", "dispatcher"] as const) {
    const { headers } = await get(engine, (await serve(raw([head]))).url());
    expect([headers["x-b"], headers["x-c"]]).toEqual(["café", "é"]);
  }
});

test.each(["pool", "dispatcher"] as const)("connections are used again by %s", async (engine) => {
  const server = await serve(always(200, "ok"));
  const client = clientOver(engine);
  for (let turn = 0; turn < 5; turn++) await client.get(server.url());
  expect([server.requests.length, server.connections]).toEqual([5, 1]);
});

test("no cookies are kept", async () => {
  const server = await serve(always(200, "", { "set-cookie": "session=1" }));
  const client = clientOver("pool");
  await client.get(server.url());
  await client.get(server.url());
  expect(server.requests.map((one) => header(one, "cookie"))).toEqual([undefined, undefined]);
});

test("a function may answer with a stream of Node.js", async () => {
  const body = Readable.from([Buffer.from("o"), Buffer.from("k")]);
  const response = { status: 200, headers: new Headers({ "x-a": "1" }), body };
  const carrier = (): Promise<Response> => Promise.resolve(response as unknown as Response);
  await using client = PooledHttpClient.over(carrier);
  expect((await client.get("http://a.test/")).text()).toBe("ok");
});
