/** Cases of HTTP clients that need certificates, proxies or settings of ours. */

import type { ByHand } from "@dagstack/conformance";
import {
  HttpConnectionFailed,
  HttpResponseMalformed,
  HttpTimeout,
  HttpTlsFailed,
  type Milliseconds,
} from "@dagstack/contracts";
import { request } from "undici";
import { expect, vi } from "vitest";

import { type HttpSettings, StubHttpClient } from "../../src/index.js";
import { PooledHttpClient } from "../../src/node/index.js";
import { Authority } from "../http/authority.js";
import { failure } from "../http/clients.js";
import { always, type Answer, header, serve, tunnelTo } from "../http/server.js";

/** Let a client work with an authority of its own, and close both. */
async function withAuthority(
  body: (authority: Authority, client: (settings?: HttpSettings) => PooledHttpClient) => unknown,
): Promise<void> {
  const authority = await Authority.make();
  const clients: PooledHttpClient[] = [];
  try {
    await body(authority, (settings = {}) => {
      const tls = { caBundle: authority.path("ca.pem"), ...settings.tls };
      const client = new PooledHttpClient({ ...settings, tls });
      clients.push(client);
      return client;
    });
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await authority.remove();
  }
}

const CREDENTIALS = `Basic ${Buffer.from("me:secret").toString("base64")}`;

/** Act as a proxy that asks for user and password, and keeps them to itself. */
const asking =
  (tunnel: Answer): Answer =>
  async ({ request: seen, socket }) => {
    if (header(seen, "proxy-authorization") !== CREDENTIALS) {
      await always(407, "", { "proxy-authenticate": "Basic" })({ request: seen, socket });
    } else if (seen.method === "CONNECT") {
      await tunnel({ request: seen, socket });
    } else {
      const isOurs = ([name]: readonly [string, string]): boolean =>
        name.toLowerCase() === "proxy-authorization";
      const headers = seen.headers.filter((each) => !isOurs(each)).flat();
      const behind = await request(seen.target, { headers });
      await always(behind.statusCode, await behind.body.text())({ request: seen, socket });
    }
  };

/** Bodies for the production client, by the names of the cases. */
export const wireByHand: Readonly<Record<string, ByHand>> = {
  a_redirect_from_https_to_http_is_refused: () =>
    withAuthority(async (authority, client) => {
      const open = await serve(always(200, "in the open"));
      const location = { location: open.url("/there") };
      const tls = await authority.server();
      const closed = await serve(always(302, "", location), { tls });
      await failure(HttpResponseMalformed, client().get(closed.url()));
      expect(open.requests).toEqual([]);
      const allowing = client({ redirects: { allowDowngrade: true } });
      expect((await allowing.get(closed.url())).text()).toBe("in the open");
    }),

  a_private_authority_is_trusted: () =>
    withAuthority(async (authority, client) => {
      const server = await serve(always(), { tls: await authority.server() });
      expect((await client().get(server.url())).statusCode).toBe(200);
    }),

  an_unknown_authority_is_not_trusted: () =>
    withAuthority(async (authority) => {
      const server = await serve(always(), { tls: await authority.server() });
      await using client = new PooledHttpClient({ retry: { maxAttempts: 5 } });
      const error = await failure(HttpTlsFailed, client.get(server.url()));
      expect(error.attempts).toBe(1);
      expect(server.requests).toEqual([]);
    }),

  a_wrong_host_name_is_not_trusted: () =>
    withAuthority(async (authority, client) => {
      const server = await serve(always(), { tls: await authority.server("other") });
      await failure(HttpTlsFailed, client().get(server.url()));
      expect(server.requests).toEqual([]);
    }),

  a_client_certificate_is_shown: () =>
    withAuthority(async (authority, client) => {
      const asking = { requestCert: true, rejectUnauthorized: true };
      const tls = { ...(await authority.server()), ...asking };
      const server = await serve(always(), { tls });
      const own = { clientCertificate: authority.path("client.both") };
      expect((await client({ tls: own }).get(server.url())).statusCode).toBe(200);
      const nobody = client({ retry: { maxAttempts: 1 } });
      const error: unknown = await nobody.get(server.url()).catch((thrown: unknown) => thrown);
      expect(error instanceof HttpTlsFailed || error instanceof HttpConnectionFailed).toBe(true);
      expect(server.requests).toHaveLength(1);
    }),

  requests_go_through_the_proxy: () =>
    withAuthority(async (authority, client) => {
      const open = await serve(always(200, "in the open"));
      const closed = await serve(always(200, "behind TLS"), { tls: await authority.server() });
      const proxy = await serve(asking(tunnelTo(closed.port)));
      const stranger = client({ proxy: { url: proxy.url() } });
      expect((await stranger.get(open.url())).statusCode).toBe(407);
      await failure(HttpConnectionFailed, stranger.get(closed.url()));
      expect([...open.requests, ...closed.requests]).toEqual([]);

      proxy.requests.length = 0;
      const known = client({ proxy: { url: proxy.url("/", "me:secret@127.0.0.1") } });
      expect((await known.get(open.url("/path?query"))).text()).toBe("in the open");
      expect((await known.get(closed.url("/path?query"))).text()).toBe("behind TLS");
      expect(proxy.requests.map(({ method, target }) => [method, target])).toEqual([
        ["GET", open.url("/path?query")],
        ["CONNECT", `127.0.0.1:${closed.port}`],
      ]);
      for (const seen of proxy.requests) {
        expect(header(seen, "proxy-authorization")).toBe(CREDENTIALS);
      }
      for (const { requests } of [open, closed]) {
        expect(requests.map(({ target }) => target)).toEqual(["/path?query"]);
        expect(header(requests[0], "proxy-authorization")).toBeUndefined();
        expect(requests[0]?.raw).not.toContain("bWU6c2VjcmV0");
      }
    }),

  the_environment_names_no_proxy: async () => {
    const server = await serve(always());
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) {
      vi.stubEnv(name, "http://127.0.0.1:9");
    }
    try {
      await using client = new PooledHttpClient();
      expect((await client.get(server.url())).statusCode).toBe(200);
    } finally {
      vi.unstubAllEnvs();
    }
  },
};

/** Bodies for the client for tests. */
export const stubByHand: Readonly<Record<string, ByHand>> = {
  a_late_answer_of_the_stub_takes_no_real_time: async () => {
    const waits: Milliseconds[] = [];
    const sleeper = {
      sleep: (delay: Milliseconds): Promise<void> => {
        waits.push(delay);
        return Promise.resolve();
      },
    };
    await using stub = new StubHttpClient(
      { timeouts: { receive: 5000 }, retry: { maxAttempts: 1 } },
      { sleeper },
    );
    stub.on("GET", "https://api.test/late", { delay: 2500, text: "late" });
    stub.on("GET", "https://api.test/later", { delay: 5001 });
    expect((await stub.get("https://api.test/late")).text()).toBe("late");
    expect(waits).toEqual([2500]);
    await failure(HttpTimeout, stub.get("https://api.test/later"));
    expect(waits).toEqual([2500, 5000]);
  },
};
