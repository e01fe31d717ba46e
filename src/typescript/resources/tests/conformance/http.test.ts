/** HTTP clients before their suite. */

import {
  type StubAnswer as AnswerOfCase,
  type StubCall,
  type WireOptions,
} from "@dagstack/conformance";
import { testHttpClient, testStubHttpClient, testSuite } from "@dagstack/conformance/node";
import {
  ForwardingHttpClient,
  HttpConnectionFailed,
  HttpResponseMalformed,
  HttpTimeout,
  HttpTlsFailed,
  type JsonValue,
} from "@dagstack/contracts";
import { httpClientSuite } from "@dagstack/contracts/conformance";
import { describe, test } from "vitest";

import { DeterministicRng, type Route, StubHttpClient } from "../../src/index.js";
import { PooledHttpClient } from "../../src/node/index.js";
import { stubByHand, wireByHand } from "./http_by_hand.js";

const runner = { describe, test };

testHttpClient(runner, pooled, { name: "PooledHttpClient", byHand: wireByHand });

const FAILURES = { HttpConnectionFailed, HttpResponseMalformed, HttpTimeout, HttpTlsFailed };
const routes = new WeakMap<StubHttpClient, Map<string, Route>>();

testStubHttpClient(
  runner,
  {
    make: () => new StubHttpClient(),
    answer,
    calls: (stub) => stub.calls.map(asInCases),
    assertDone: (stub) => {
      stub.assertDone();
    },
  },
  { name: "StubHttpClient", byHand: stubByHand },
);

function pooled(options: WireOptions): PooledHttpClient {
  const { headers, attempts, retryPost, base, cap, receive, total, bodyBytes, redirects } = options;
  const repeated = ["GET", "PUT", "DELETE", ...(retryPost ? ["POST"] : [])];
  return new PooledHttpClient(
    {
      headers,
      retry: { maxAttempts: attempts, methods: repeated, base, cap },
      timeouts: { receive, total },
      limits: { bodyBytes },
      redirects: { limit: redirects },
    },
    { clock: options.clock, rng: new DeterministicRng({ seed: options.seed }) },
  );
}

/** Cases tell a stub again for the same requests, where users go on with the route. */
function answer(stub: StubHttpClient, told: AnswerOfCase): void {
  const { method, url, prefix, status, headers, text, times } = told;
  const failure = Object.entries(FAILURES).find(([name]) => name === told.error)?.[1];
  const json = told.json === null ? undefined : (told.json as JsonValue | undefined);
  const given = { status, headers, text, json, error: failure, times };
  const known = routes.get(stub) ?? new Map<string, Route>();
  routes.set(stub, known);
  const name = JSON.stringify([method, url, prefix]);
  const route = known.get(name);
  if (route === undefined) known.set(name, stub.on(method, prefix ? { prefix: url } : url, given));
  else route.next(given);
}

function asInCases(call: StubHttpClient["calls"][number]): StubCall {
  const { method, url, json = null, headers = null } = call;
  return { method, url, json, headers };
}

/** A decorator that changes nothing. */
class Forwarding extends ForwardingHttpClient {
  readonly close: () => Promise<void>;

  constructor(inner: StubHttpClient) {
    super(inner);
    this.close = async () => {
      await inner.close();
    };
  }
}

testSuite(runner, httpClientSuite, {
  name: "ForwardingHttpClient",
  subjects: { HttpClient: () => new Forwarding(new StubHttpClient()) },
});
