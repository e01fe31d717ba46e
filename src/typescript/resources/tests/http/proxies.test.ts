/** Proxies, only where the host says so. */

import { inspect } from "node:util";

import { HttpConnectionFailed, HttpTimeout, HttpTlsFailed, InvalidUrl } from "@dagstack/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { BufferedResponse } from "../../src/http/response.js";
import type { HttpSettings, ProxySettings } from "../../src/http/settings.js";
import { PooledHttpClient } from "../../src/node/http/client.js";
import { Authority } from "./authority.js";
import { clientOver, failure } from "./clients.js";
import { always, hanging, hangingUp, header, serve, tunnelTo } from "./server.js";

let authority: Authority;

beforeAll(async () => {
  authority = await Authority.make();
});

afterAll(async () => {
  await authority.remove();
});

function get(
  url: string,
  proxy: ProxySettings,
  others: HttpSettings = {},
): Promise<BufferedResponse> {
  return clientOver("pool", { proxy, retry: { maxAttempts: 1 }, ...others }).get(url);
}

test("a plain request goes through the proxy, with its credentials and nobody else's", async () => {
  const proxy = await serve(always(200, "by proxy"));
  const url = proxy.url("/", "me:pw@127.0.0.1");
  expect((await get("http://unreachable.test:81/a?b=c", { url })).text()).toBe("by proxy");
  const [seen] = proxy.requests;
  expect(seen?.target).toBe("http://unreachable.test:81/a?b=c");
  expect(header(seen, "proxy-authorization")).toBe("Basic bWU6cHc=");
  const headers = [header(seen, "authorization"), header(seen, "host")];
  expect(headers).toEqual([undefined, "unreachable.test:81"]);
});

test("a secure request goes through a tunnel, and the proxy learns no path", async () => {
  const server = await serve(always(200, "through"), { tls: await authority.server() });
  const proxy = await serve(tunnelTo(server.port));
  const tls = { caBundle: authority.path("ca.pem") };
  const client = clientOver("pool", { tls, proxy: { url: proxy.url("/", "me:pw@127.0.0.1") } });
  for (const path of ["/secret", "/again"]) {
    expect((await client.get(server.url(path))).text()).toBe("through");
  }
  const [seen] = proxy.requests;
  expect([seen?.method, seen?.target]).toEqual(["CONNECT", `127.0.0.1:${server.port}`]);
  expect(header(seen, "proxy-authorization")).toBe("Basic bWU6cHc=");
  expect(proxy.requests).toHaveLength(1);
  expect(server.requests.map(({ target }) => target)).toEqual(["/secret", "/again"]);
  expect(header(server.requests[0], "proxy-authorization")).toBeUndefined();
});

test("a proxy may itself be reached over TLS", async () => {
  const tls = await authority.server();
  const server = await serve(always(200, "through"), { tls });
  const proxy = await serve(tunnelTo(server.port), { tls });
  const settings = { tls: { caBundle: authority.path("ca.pem") } };
  expect((await get(server.url(), { url: proxy.url() }, settings)).text()).toBe("through");
  await failure(HttpTlsFailed, get(server.url(), { url: proxy.url() }));
});

test("the server behind a tunnel is verified", async () => {
  const server = await serve(always(), { tls: await authority.server("other") });
  const proxy = await serve(tunnelTo(server.port));
  const settings = { tls: { caBundle: authority.path("ca.pem") } };
  await failure(HttpTlsFailed, get(server.url(), { url: proxy.url() }, settings));
  expect(server.requests).toEqual([]);
});

test("a proxy that refuses a tunnel is a failed connection", async () => {
  const proxy = await serve(always(403, "no"));
  const url = proxy.url("/", "me:hush@127.0.0.1");
  const error = await failure(
    HttpConnectionFailed,
    get("https://unreachable.test/s?q=hush", { url }),
  );
  expect(error.detail).toBe("the proxy answered with status 403");
  expect([proxy.requests.length, proxy.requests[0]?.target]).toEqual([1, "unreachable.test:443"]);
  const secret = Buffer.from("me:hush").toString("base64");
  const shown = inspect(error, { depth: 12, showHidden: true });
  expect([shown.includes("hush"), shown.includes(secret)]).toEqual([false, false]);
  await proxy.left();
});

test("a proxy that breaks off is asked once, and one that is silent given up", async () => {
  const proxy = await serve(hangingUp);
  const call = get("https://unreachable.test/", { url: proxy.url() });
  await failure(HttpConnectionFailed, call);
  expect(proxy.requests).toHaveLength(1);
  const silent = await serve(hanging);
  const timeouts = { connect: 200 };
  const late = get("https://unreachable.test/", { url: silent.url() }, { timeouts });
  expect((await failure(HttpTimeout, late)).detail).toBe("no connection in time");
  await silent.left();
});

test("hosts may be reached directly", async () => {
  const server = await serve(always(200, "direct"));
  const proxy = { url: "http://127.0.0.1:9", bypass: ["127.0.0.1", ".Test"] };
  expect((await get(server.url(), proxy)).text()).toBe("direct");
  const unknown = await failure(HttpConnectionFailed, get("http://UNKNOWN.test/", proxy));
  expect(unknown.detail).toMatch(/^the name of the host/);
  const error = await failure(HttpConnectionFailed, get(server.url("/", "localhost"), proxy));
  expect(error.detail).toBe("the proxy cannot be reached: connection refused");
});

test("a proxy is a URL, and its secrets are not shown", () => {
  const make = (url: string): PooledHttpClient => new PooledHttpClient({ proxy: { url } });
  expect(() => make("socks5://127.0.0.1:1080")).toThrow(InvalidUrl);
  expect(inspect(make("http://me:hush@p.test/"), { depth: 9 })).not.toContain("hush");
});
