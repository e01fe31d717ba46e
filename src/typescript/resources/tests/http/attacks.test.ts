/** What must never reach the wire does not, by way of the stub and of every engine. */

import { type HttpClient, InvalidArgument, InvalidHeader, InvalidUrl } from "@dagstack/contracts";
import { describe, expect, test } from "vitest";

import { checkedHeaders } from "../../src/http/headers.js";
import { StubHttpClient } from "../../src/http/stub.js";
import { parseUrl } from "../../src/http/url.js";
import { PooledHttpClient } from "../../src/node/http/client.js";
import { NAMES, URLS, VALUES } from "./attacks.js";
import { clientOver, ENGINES, failure } from "./clients.js";
import { always, serve } from "./server.js";

const ATTACKS = URLS.length + NAMES.length + VALUES.length;

/** Try all of them on a client, each by another method; how many were refused. */
async function refused(client: HttpClient, host: string): Promise<number> {
  const methods = ["get", "post", "put", "delete"] as const;
  let count = 0;
  const next = (): (typeof methods)[number] => methods[count % methods.length] ?? "get";
  for (const url of URLS) {
    const error = await failure(InvalidUrl, client[next()](url.replaceAll("{host}", host)));
    expect(error.argument).toBe("url");
    count += 1;
  }
  const headers = [...NAMES.map((name) => [name, "x"]), ...VALUES.map((value) => ["x-a", value])];
  for (const pair of headers) {
    const call = client[next()](`http://${host}/`, {
      headers: Object.fromEntries([pair]) as Record<string, string>,
    });
    expect((await failure(InvalidHeader, call)).argument).toBe("headers");
    count += 1;
  }
  return count;
}

test.each(ENGINES)("no attack reaches the wire over %s", async (engine) => {
  const server = await serve(always());
  const client = clientOver(engine);
  expect(await refused(client, `127.0.0.1:${server.port}`)).toBe(ATTACKS);
  expect(ATTACKS).toBeGreaterThan(200);
  expect([server.connections, server.requests]).toEqual([0, []]);
});

test("the stub is as strict as the wire, and records none of it", async () => {
  const stub = new StubHttpClient();
  stub.on("*", () => true);
  expect(await refused(stub, "127.0.0.1:8080")).toBe(ATTACKS);
  expect([stub.calls, stub.requests]).toEqual([[], []]);
});

describe("headers", () => {
  test.each<[string, Record<string, unknown>]>([
    ["given twice in different case", { a: "1", A: "2" }],
    ["that are numbers", { "x-a": 1 }],
    ["that are null", { "x-a": null }],
    ["that are undefined", { "x-a": undefined }],
    ["that are lists", { "x-a": ["1"] }],
  ])("%s are refused", (_, headers) => {
    const given = headers as Record<string, string>;
    expect(() => checkedHeaders(given)).toThrow(InvalidHeader);
    expect(() => new PooledHttpClient({ headers: given })).toThrow(InvalidHeader);
  });

  test.each([null, 5, "a: b", new Map([["a", "b"]]), new Headers({ a: "b" }), [["a", "b"]]])(
    "that are no plain object are refused: %s",
    async (headers) => {
      const given = headers as unknown as Record<string, string>;
      const call = new StubHttpClient().get("http://a.test/", { headers: given });
      expect((await failure(InvalidArgument, call)).argument).toBe("headers");
    },
  );

  test("called like what every object has are headers", async () => {
    const stub = new StubHttpClient();
    stub.on("GET", "http://a.test/");
    const headers = JSON.parse('{"__proto__": "1", "constructor": "2"}') as Record<string, string>;
    await stub.get("http://a.test/", { headers });
    const [sent] = stub.requests;
    expect(Object.entries(sent?.headers ?? {})).toContainEqual(["__proto__", "1"]);
    expect(Object.entries(sent?.headers ?? {})).toContainEqual(["constructor", "2"]);
  });
});

describe("URLs", () => {
  test.each([undefined, null, 5, ["http://a.test/"], new URL("http://a.test/")])(
    "are strings, not %s",
    (url) => {
      expect(() => parseUrl(url)).toThrow(/not a string/);
    },
  );

  test.each([
    ["http://a.test", "http://a.test/"],
    ["HTTP://A.Test:80/X?", "http://a.test/X?"],
    ["https://a.test:443/", "https://a.test/"],
    ["https://a.test:80/#x", "https://a.test:80/"],
    ["http://a.test:/", "http://a.test/"],
    ["http://a_b.test./", "http://a_b.test./"],
    ["http://127.0.0.1:8080/a//b/./../c", "http://127.0.0.1:8080/a//b/./../c"],
    ["http://[::1]:8080/", "http://[::1]:8080/"],
    ["http://[2001:DB8:0:0::1]/", "http://[2001:db8::1]/"],
    ["http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"],
    ["http://a.test?x=1", "http://a.test/?x=1"],
    ['http://a.test/"<>^`{|}', "http://a.test/%22%3C%3E%5E%60%7B%7C%7D"],
    ["http://a.test/[1]?a[]=%5B", "http://a.test/[1]?a[]=%5B"],
    ["http://a.test/ä?ö=☺", "http://a.test/%C3%A4?%C3%B6=%E2%98%BA"],
    ["http://u:p@a.test/", "http://a.test/"],
  ])("that are good are normalized as little as possible: %s", (url, text) => {
    expect(parseUrl(url).text).toBe(text);
    expect(parseUrl(text).text).toBe(text);
  });

  test("that are let through are read alike by the platform", () => {
    for (const url of ["http://A_b.test./x?y", "https://u:p@[::1]:8080", "http://10.0.0.1:1/"]) {
      const { scheme, host, port } = parseUrl(url);
      const platform = new URL(url);
      expect(`${scheme}:`).toBe(platform.protocol);
      expect(host).toBe(platform.hostname.replace(/^\[|\]$/g, ""));
      expect(String(port)).toBe(platform.port || "80");
    }
  });
});

test("refusals name what is wrong, with escapes and without secrets", () => {
  const reasons: Readonly<Record<string, string>> = {
    "ftp://a.test/": "url cannot be requested: its scheme is ftp, not http or https",
    "http://a.test/\r\n": String.raw`url cannot be requested: it holds '\r' at position 14`,
    "http://me:hush@1.2/":
      "url cannot be requested: its host ends in a number and is no IPv4 address",
  };
  for (const [url, reason] of Object.entries(reasons)) expect(() => parseUrl(url)).toThrow(reason);
  const wanted = String.raw`header x\r\ny cannot be sent: its name is no token as HTTP has them`;
  expect(() => checkedHeaders({ "x\r\ny": "1" })).toThrow(wanted);
});
