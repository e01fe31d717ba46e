/** Redirects, hop by hop. */

import { HttpResponseMalformed, HttpTooManyRedirects, InvalidArgument } from "@dagstack/contracts";
import { expect, test } from "vitest";

import type { RedirectPolicy } from "../../src/http/settings.js";
import { StubHttpClient } from "../../src/http/stub.js";
import { clientOver, ENGINES, failure } from "./clients.js";
import { always, byPath, header, serve } from "./server.js";

const HERE = "https://a.test/start";

function stubFor(location: string, status = 302, redirects: RedirectPolicy = {}): StubHttpClient {
  const stub = new StubHttpClient({ redirects, retry: { maxAttempts: 1 } });
  stub.on("*", HERE, { status, headers: { location } });
  stub.on("*", { prefix: "https://a.test/" }, { text: "there" });
  stub.on("*", { prefix: "https://b.test/" }, { text: "elsewhere" });
  stub.on("*", { prefix: "http://a.test/" }, { text: "in the open" });
  return stub;
}

test.each([
  ["/next", "https://a.test/next"],
  ["next?q=1", "https://a.test/a/next?q=1"],
  ["../next", "https://a.test/next"],
  ["../../.././next/.", "https://a.test/next/"],
  ["?q=1", "https://a.test/a/start?q=1"],
  ["#top", "https://a.test/a/start?x=1"],
  ["//b.test/x", "https://b.test/x"],
  ["https://B.test:443/x#frag", "https://b.test/x"],
  ["/a b/ä", "https://a.test/a%20b/%C3%A4"],
  ["/..//evil.test/", "https://a.test//evil.test/"],
])("a location is relative to where it comes from: %s", async (location, url) => {
  const here = "https://a.test/a/start?x=1";
  const stub = new StubHttpClient({});
  // What a server sends is bytes; the wire has decoded them by now.
  const headers = { location: location.replace("ä", "%C3%A4") };
  stub.on("GET", here, { status: 301, headers, times: 1 });
  stub.on("GET", url, { text: "there" });
  expect((await stub.get(here)).url).toBe(url);
});

test.each([
  ...[301, 302, 303, 307, 308].map((status) => ["get", status, "GET"] as const),
  ...[301, 302, 303].map((status) => ["post", status, "GET"] as const),
  ...[307, 308].map((status) => ["post", status, "POST"] as const),
  ...[301, 302, 308].map((status) => ["put", status, "PUT"] as const),
  ...([
    ["put", 303, "GET"],
    ["delete", 302, "DELETE"],
    ["delete", 303, "GET"],
  ] as const),
])("%s after %i becomes %s", async (method, status, after) => {
  const stub = stubFor("/next", status);
  await (method === "get" || method === "delete"
    ? stub[method](HERE)
    : stub[method](HERE, { json: { a: 1 } }));
  const second = stub.requests[1];
  const kept = after === "POST" || after === "PUT";
  expect(second?.method).toBe(after);
  expect([second?.body !== undefined, "content-type" in (second?.headers ?? {})]).toEqual([
    kept,
    kept,
  ]);
});

test.each([300, 304, 305, 306])("status %i is no redirect", async (status) => {
  expect((await stubFor("/next", status).get(HERE)).statusCode).toBe(status);
});

test("a redirect without a location is a response", async () => {
  const stub = new StubHttpClient({});
  stub.on("GET", HERE, { status: 302 });
  expect((await stub.get(HERE)).statusCode).toBe(302);
});

test("credentials stay with their origin", async () => {
  const redirects = { credentialHeaders: ["X-Api-Key"], allowDowngrade: true };
  const headers = { Authorization: "a", Cookie: "b", "x-api-key": "c", "x-plain": "d" };
  for (const [location, kept] of [
    ["/next", 4],
    ["https://a.test:443/next", 4],
    ["https://b.test/", 1],
    ["http://a.test/", 1],
    ["https://a.test:444/", 1],
  ] as const) {
    const stub = stubFor(location, 302, redirects);
    stub.on("*", { prefix: "https://a.test:444/" });
    await stub.get(HERE, { headers });
    const sent = stub.requests[1]?.headers ?? {};
    const names = Object.keys(headers).filter((name) => name.toLowerCase() in sent);
    expect([location, names.length]).toEqual([location, kept]);
  }
});

test("credentials do not come back", async () => {
  const stub = new StubHttpClient({});
  stub.on("GET", HERE, { status: 302, headers: { location: "https://b.test/" } });
  stub.on("GET", "https://b.test/", {
    status: 302,
    headers: { location: "https://u:p@a.test/back" },
  });
  stub.on("GET", "https://a.test/back");
  await stub.get(HERE.replace("https://", "https://me:secret@"));
  const held = stub.requests.map(({ headers }) => "authorization" in headers);
  expect(held).toEqual([true, false, false]);
});

test.each([
  ...["ftp://a.test/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x"],
  ...["https://", "https://a.test:99999/", "http://127.1/", "https://[::1%25lo]/", "//[::1"],
  ...["https://a\\@b.test/", "https://a.test/%zz", "\\\\b.test/", "/a\\b", "/a\tb"],
])("no redirect leads where no request may go: %s", async (location) => {
  const stub = stubFor(location);
  const error = await failure(HttpResponseMalformed, stub.get(HERE));
  expect(error.detail).toMatch(/redirects to a URL that cannot be requested/);
  expect(stub.requests).toHaveLength(1);
});

test("a redirect from https to http is refused unless allowed", async () => {
  const error = await failure(HttpResponseMalformed, stubFor("http://a.test/").get(HERE));
  expect(error.detail).toMatch(/from https to http/);
  const allowed = stubFor("http://a.test/", 302, { allowDowngrade: true });
  expect((await allowed.get(HERE)).text()).toBe("in the open");
});

test.each([1, 3])("one redirect more than %i is an error", async (limit) => {
  const stub = new StubHttpClient({ redirects: { limit } });
  for (let number = 0; number < limit; number++) {
    const headers = { location: `/${number + 1}` };
    stub.on("GET", `https://a.test/${number}`, { status: 302, headers });
  }
  const last = stub.on("GET", `https://a.test/${limit}`, { text: "there" });
  expect((await stub.get("https://a.test/0")).text()).toBe("there");
  last.next({ status: 302, headers: { location: "/0" } });
  const error = await failure(HttpTooManyRedirects, stub.get("https://a.test/0"));
  expect([error.limit, error.url]).toEqual([limit, "https://a.test/0"]);
});

test("redirects are responses where none may be followed", async () => {
  const stub = stubFor("/next", 302, { limit: 0 });
  expect((await stub.get(HERE)).statusCode).toBe(302);
  expect(() => new StubHttpClient({ redirects: { limit: -1 } })).toThrow(InvalidArgument);
});

test.each(ENGINES)("redirects over the wire of %s", async (engine) => {
  const there = await serve(always(200, "there"));
  const here = await serve(
    byPath({
      "/": always(302, "", { location: "/a\xe4 b" }),
      "/a%C3%A4%20b": always(307, "", { location: there.url("/end?q=1") }),
    }),
  );
  const client = clientOver(engine, { headers: { "x-all": "1" } });
  const headers = { authorization: "secret", cookie: "a=1" };
  const response = await client.put(here.url(), { json: { a: 1 }, headers });
  expect([response.text(), response.url]).toEqual(["there", there.url("/end?q=1")]);
  const held = here.requests.map((one) => header(one, "authorization"));
  expect(held).toEqual(["secret", "secret"]);
  const [seen] = there.requests;
  const names = ["authorization", "cookie", "x-all", "host"];
  const wanted = [undefined, undefined, "1", `127.0.0.1:${there.port}`];
  expect(names.map((name) => header(seen, name))).toEqual(wanted);
  expect([seen?.method, seen?.body.toString()]).toEqual(["PUT", '{"a":1}']);
});

test.each(ENGINES)("a loop over the wire of %s ends", async (engine) => {
  const server = await serve(always(302, "", { location: "/" }));
  await failure(HttpTooManyRedirects, clientOver(engine).get(server.url()));
  expect(server.requests).toHaveLength(11);
});
