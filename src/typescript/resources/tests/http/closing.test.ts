/** Settings and closing. */

import {
  checkMembers,
  HttpConnectionFailed,
  httpClientMembers,
  HttpTimeout,
  InvalidArgument,
  InvalidHeader,
  ResourceClosed,
} from "@dagstack/contracts";
import { Agent, MockAgent } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";

import { FrozenClock } from "../../src/clock/frozen.js";
import { StubHttpClient } from "../../src/http/stub.js";
import { PooledHttpClient } from "../../src/node/http/client.js";
import type { FetchFunction } from "../../src/node/http/fetching.js";
import { Program } from "../programs.js";
import { clientOver, ENGINES, failure, FixedRng, START } from "./clients.js";
import { always, hanging, serve, tunnelTo } from "./server.js";

describe("settings", () => {
  test.each([
    ...["connect", "send", "receive", "total"].map((name) => ["timeouts", name] as const),
    ...["connections", "connectionsPerHost", "idle", "bodyBytes"].map(
      (name) => ["limits", name] as const,
    ),
  ])("%s.%s is a number above zero", (part, name) => {
    for (const value of [0, -1, Infinity, NaN, "5" as unknown as number]) {
      const make = (): unknown => new StubHttpClient({ [part]: { [name]: value } });
      expect(make).toThrow(InvalidArgument);
      expect(make).toThrow(expect.objectContaining({ argument: name }));
    }
  });

  test("are copied", async () => {
    const headers: Record<string, string> = { "x-a": "1" };
    const stub = new StubHttpClient({ headers });
    stub.on("GET", "https://a.test/");
    headers["x-a"] = "2";
    await stub.get("https://a.test/");
    expect(stub.requests[0]?.headers["x-a"]).toBe("1");
    expect(() => new StubHttpClient({ headers: { Host: "evil" } })).toThrow(InvalidHeader);
  });

  test("limits beyond what a timer takes are fine", async () => {
    const server = await serve(always());
    const timeouts = { connect: 1e12, send: 1e12, receive: 1e12, total: 1e12 };
    const limits = { idle: 1e9 };
    const client = clientOver("pool", { timeouts, limits });
    expect((await client.get(server.url())).statusCode).toBe(200);
  });
});

test("the production client has all members", async () => {
  const client = new PooledHttpClient();
  checkMembers("http_client", client, httpClientMembers);
  await client.close();
});

test("only dispatchers and functions are taken over", () => {
  for (const wrong of [{}, null, undefined, "http://a.test/", new PooledHttpClient()]) {
    const over = (): unknown => PooledHttpClient.over(wrong as Agent);
    expect(over).toThrow(expect.objectContaining({ argument: "carrier" }));
  }
});

test("what a dispatcher of the host throws is what its call rejects with", async () => {
  const cause = new Error("out of order");
  const dispatcher = {
    dispatch: () => {
      throw cause;
    },
  };
  const settings = { retry: { maxAttempts: 1 } };
  const client = PooledHttpClient.over(dispatcher as unknown as Agent, settings);
  const error = await failure(HttpConnectionFailed, client.get("http://a.test/"));
  expect(error.cause).toBe(cause);
});

test("a dispatcher of the host stays open unless it is handed over for good", async () => {
  const server = await serve(always(200, "ok"));
  const agent = new Agent();
  await PooledHttpClient.over(agent).close();
  expect(agent.destroyed).toBe(false);
  const client = PooledHttpClient.over(agent, {}, { owned: true });
  expect((await client.get(server.url())).text()).toBe("ok");
  await client.close();
  expect(agent.destroyed).toBe(true);
});

test("undici's own double serves as a dispatcher", async () => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const pool = agent.get("https://a.test");
  pool.intercept({ path: "/x", method: "GET" }).reply(200, "mocked", { headers: { "x-a": "1" } });
  const client = PooledHttpClient.over(agent);
  const response = await client.get("https://a.test/x");
  expect([response.text(), response.headers["x-a"]]).toEqual(["mocked", "1"]);
  await client.close();
  await agent.close();
});

describe.each(ENGINES)("closing a client over %s", (engine) => {
  test("ends what runs, and closes its connections", async () => {
    const server = await serve(hanging);
    const client = clientOver(engine);
    const calls = [1, 2, 3].map(() => failure(ResourceClosed, client.get(server.url())));
    await server.asked(3);
    await client.close();
    for (const error of await Promise.all(calls)) expect(error.resource).toBe("PooledHttpClient");
    await server.left();
  });

  test("any number of times is fine, and using it afterwards is not", async () => {
    const client = clientOver(engine);
    await Promise.all([client.close(), client.close()]);
    await client.close();
    const url = "http://a.test/";
    const uses = [client.get(url), client.post(url), client.put(url), client.delete(url)];
    for (const use of uses) await failure(ResourceClosed, use);
    await failure(ResourceClosed, client.get("no URL"));
  });

  test("ends what waits for another attempt", async () => {
    const server = await serve(always(503, "", { "retry-after": "30" }));
    const clock = new FrozenClock({ now: START });
    const client = clientOver(engine, {}, { clock, rng: new FixedRng() });
    const call = failure(ResourceClosed, client.get(server.url()));
    await clock.waitForSleepers(1);
    await client.close();
    await call;
  });
});

test("what waits for another attempt keeps no process alive", async () => {
  const server = await serve(always(503, "", { "retry-after": "50" }));
  await using program = new Program("http/waiting.mjs", server.url());
  await server.asked();
  expect(await program.end()).toEqual(["RESOURCE_CLOSED"]);
});

describe("closing a client while it connects closes the connection", () => {
  const forLong = { timeouts: { connect: 600_000, total: 600_000 } };

  test("to a server that says nothing over TLS", async () => {
    const server = await serve(hanging);
    const client = clientOver("pool", forLong);
    const call = failure(ResourceClosed, client.get(`https://127.0.0.1:${server.port}/`));
    await server.heard();
    await client.close();
    await call;
    await server.left();
  });

  test.each(["http", "https"])("to an %s proxy that says nothing", async (scheme) => {
    const proxy = await serve(hanging);
    const url = `${scheme}://127.0.0.1:${proxy.port}`;
    const client = clientOver("pool", { ...forLong, proxy: { url } });
    const call = failure(ResourceClosed, client.get("https://unreachable.test/"));
    await proxy.heard();
    await client.close();
    await call;
    await proxy.left();
  });

  test("through a tunnel to a server that says nothing over TLS", async () => {
    const server = await serve(hanging);
    const proxy = await serve(tunnelTo(server.port));
    const client = clientOver("pool", { ...forLong, proxy: { url: proxy.url() } });
    const call = failure(ResourceClosed, client.get("https://unreachable.test/"));
    await server.heard();
    await client.close();
    await call;
    await Promise.all([proxy.left(), server.left()]);
  });
});

describe("a function that does not mind its signal", () => {
  const never = new Promise<never>(() => undefined);
  const timeouts = { receive: 100 };
  let cancelled = 0;
  const cancel = (): void => {
    cancelled += 1;
  };
  const silent = (): Response => new Response(new ReadableStream({ pull: () => never, cancel }));

  test.each<[string, FetchFunction]>([
    ["does not answer", () => never],
    ["sends no body", () => Promise.resolve(silent())],
  ])("and %s is not waited for", async (_, carrier) => {
    const settings = { timeouts, retry: { maxAttempts: 1 } };
    const late = await failure(
      HttpTimeout,
      PooledHttpClient.over(carrier, settings).get("http://a.test/"),
    );
    expect(late.detail).toBe("nothing received in time");
    const client = PooledHttpClient.over(carrier);
    const call = failure(ResourceClosed, client.get("http://a.test/"));
    await client.close();
    await call;
  });

  test("has the body cancelled that it does not send, or sends too late", async () => {
    cancelled = 0;
    let answer: (response: Response) => void = () => undefined;
    const carriers: FetchFunction[] = [
      () => Promise.resolve(silent()),
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    ];
    for (const carrier of carriers) {
      const client = PooledHttpClient.over(carrier);
      const call = failure(ResourceClosed, client.get("http://a.test/"));
      await new Promise(setImmediate);
      await client.close();
      await call;
    }
    answer(silent());
    await new Promise(setImmediate);
    expect(cancelled).toBe(2);
  });
});

test("a dispatcher of the host's is left alone", async () => {
  const server = await serve(hanging);
  const agent = new Agent();
  onTestFinished(() => agent.destroy());
  const client = PooledHttpClient.over(agent);
  const running = failure(ResourceClosed, client.get(server.url("/running")));
  await server.asked();
  const waiting = failure(ResourceClosed, client.get(server.url("/waiting")));
  await client.close();
  await Promise.all([running, waiting]);
  await server.left();
  await new Promise(setImmediate);
  const other = PooledHttpClient.over(agent);
  const call = failure(ResourceClosed, other.get(server.url("/other")));
  await server.asked(2);
  await other.close();
  await call;
  expect(server.requests.map(({ target }) => target)).toEqual(["/running", "/other"]);
});

test("what has not begun when a client is closed never reaches the dispatcher", async () => {
  let dispatched = 0;
  const dispatcher = {
    dispatch: () => {
      dispatched += 1;
      return true;
    },
  };
  const client = PooledHttpClient.over(dispatcher as unknown as Agent);
  const call = failure(ResourceClosed, client.get("http://a.test/"));
  await client.close();
  await call;
  await new Promise(setImmediate);
  expect(dispatched).toBe(0);
});

test("what waits for a connection ends, too", async () => {
  const server = await serve(hanging);
  const client = clientOver("pool", { limits: { connections: 1 } });
  const calls = [1, 2].map(() => failure(ResourceClosed, client.get(server.url())));
  await server.asked();
  await client.close();
  await Promise.all(calls);
  expect(server.requests).toHaveLength(1);
});

test("a client closes at the end of a block, and its answers stay", async () => {
  const server = await serve(always(200, "ok"));
  let response;
  {
    await using client = new PooledHttpClient();
    response = await client.get(server.url());
  }
  expect(response.text()).toBe("ok");
  await server.left();
});

test("an idle connection is closed after a while", async () => {
  const server = await serve(always());
  await clientOver("pool", { limits: { idle: 100 } }).get(server.url());
  await server.left();
});
