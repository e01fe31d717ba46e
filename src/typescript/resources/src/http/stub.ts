/**
 * The test double: answers by routes, records all calls, and is as strict as the wire.
 *
 * @packageDocumentation
 */

import { type HttpClient, type Milliseconds, ResourceError } from "@dagstack/contracts";

import { type CallOptions, type HttpClientParts, PipelineHttpClient } from "./client.js";
import { type Engine, EngineError, type Outgoing, type Received, tooLarge } from "./engine.js";
import { collectHeaders } from "./headers.js";
import { Pattern, type StubCall, type StubRequest, type UrlPattern } from "./pattern.js";
import { Route, type StubAnswer, thrownFor } from "./route.js";
import { type CheckedSettings, checkedSettings, type HttpSettings } from "./settings.js";

/** Routes that the error of an unmatched request shows. */
const NEAR = 3;

const NO_SETTINGS: HttpSettings = { retry: { maxAttempts: 1 }, redirects: { limit: 0 } };

/** A request, or several, that no route of a stub answers. */
export class UnmatchedRequest extends ResourceError {
  override readonly code = "UNMATCHED_REQUEST";

  /** What was asked; not shown with the error, as headers may be secret. */
  declare readonly requests: readonly StubRequest[];

  constructor(message: string, requests: readonly StubRequest[], options?: ErrorOptions) {
    super({ message, ...options });
    Object.defineProperty(this, "requests", { value: [...requests] });
  }

  override get name(): string {
    return "UnmatchedRequest";
  }
}

/** Routes of a stub that nothing asked for, or not as often as they were told. */
export class UnusedRoutes extends ResourceError {
  override readonly code = "UNUSED_ROUTES";
  readonly routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    const listed = routes.map((route) => `\n- ${String(route)}`).join("");
    super({ message: `nothing asked for what these routes have to give:${listed}` });
    this.routes = routes;
  }

  override get name(): string {
    return "UnusedRoutes";
  }
}

/**
 * An {@link HttpClient} for tests, programmed by `on`; it never touches the network.
 *
 * It refuses what the production client refuses, with the same errors. A request that no route
 * answers rejects with {@link UnmatchedRequest}; if the plugin swallows that, `close` and
 * `assertDone` throw it again. Without settings nothing is retried and no redirect is followed, so
 * each call is one request; with them the code of the production client does both.
 *
 * @example A plugin that reads a user.
 * ```ts
 * const stub = new StubHttpClient();
 * stub.on("GET", "https://api.example/users/7", { json: { name: "Ada" } });
 * await plugin(stub);
 * stub.assertDone();
 * ```
 * @example A service that is busy at first, and the retry that deals with it.
 * ```ts
 * const stub = new StubHttpClient({}, { clock, rng });
 * stub.on("GET", url, { status: 503 }).next({ text: "here I am" });
 * ```
 */
export class StubHttpClient extends PipelineHttpClient implements HttpClient {
  readonly #wire: Wire;
  readonly #calls: StubCall[];

  /**
   * @param settings - As for the production client; retries and redirects happen only with them.
   * @param parts - As for the production client; delayed answers wait by the sleeper, too.
   * @throws `InvalidArgument` if a setting makes no sense.
   */
  constructor(settings: HttpSettings = NO_SETTINGS, parts: HttpClientParts = {}) {
    const checked = checkedSettings(settings);
    const wire = new Wire(checked);
    const calls: StubCall[] = [];
    super("StubHttpClient", wire, checked, parts, (call) => calls.push(recorded(call)));
    this.#calls = calls;
    this.#wire = wire;
    wire.sleep = (delay) => this.sleep(delay);
  }

  /**
   * Answer requests; of several routes that match, the first one that has an answer left.
   *
   * @param method - Such as `GET`, or `*` for any.
   * @param url - A whole URL, an expression for all of one, `{ prefix }` for how it begins, or a
   * function that is given the {@link StubRequest} and says whether to answer it.
   * @param answer - What to answer; an empty response with status 200 without.
   * @returns The route, for more answers by `next`.
   * @throws `InvalidUrl` if `url` could never be requested.
   * @throws `InvalidHeader` if a header of the response could not be received.
   * @throws `InvalidArgument` if another part of the answer makes no sense.
   */
  on(method: string, url: UrlPattern, answer: StubAnswer = {}): Route {
    const route = new Route(new Pattern(method, url), answer);
    this.#wire.routes.push(route);
    return route;
  }

  /** The calls that were not refused, in order: what the plugin asked for. */
  get calls(): StubCall[] {
    return [...this.#calls];
  }

  /** The requests in order, with those for retries and redirects: what was sent. */
  get requests(): StubRequest[] {
    return [...this.#wire.requests];
  }

  /** The routes that still have something to give that was never asked for. */
  get unused(): Route[] {
    return this.#wire.routes.filter((route) => !route.done);
  }

  /** Forget all routes, calls and unmatched requests. */
  reset(): void {
    const { routes, requests, unmatched } = this.#wire;
    for (const forgotten of [this.#calls, routes, requests, unmatched]) forgotten.length = 0;
  }

  /**
   * Check that every request had its route, and every route its requests.
   *
   * @throws {@link UnmatchedRequest} if a request had none, also if the plugin swallowed the error.
   * @throws {@link UnusedRoutes} if a route was not asked for as often as it was told.
   */
  assertDone(): void {
    this.#throwUnmatched();
    const { unused } = this;
    if (unused.length > 0) throw new UnusedRoutes(unused);
  }

  protected override async release(): Promise<void> {
    await super.release();
    this.#throwUnmatched();
  }

  #throwUnmatched(): void {
    const unmatched = this.#wire.unmatched.splice(0);
    if (unmatched.length === 0) return;
    const message = unmatched.map((error) => error.message).join("\n");
    const requests = unmatched.flatMap((error) => error.requests);
    throw new UnmatchedRequest(message, requests, { cause: unmatched[0] });
  }
}

/** A call with copies of what the plugin may change later. */
function recorded({ method, url, json, headers }: CallOptions): StubCall {
  return {
    method,
    url,
    ...(json !== undefined && { json: structuredClone(json) }),
    ...(headers !== undefined && { headers: { ...headers } }),
  };
}

/** The engine that answers by routes. */
class Wire implements Engine {
  readonly routes: Route[] = [];
  readonly requests: StubRequest[] = [];
  readonly unmatched: UnmatchedRequest[] = [];
  readonly #settings: CheckedSettings;
  sleep: (delay: Milliseconds) => Promise<void> = () => Promise.resolve();

  constructor(settings: CheckedSettings) {
    this.#settings = settings;
  }

  async exchange(outgoing: Outgoing, timeLeft: Milliseconds): Promise<Received> {
    const { method, target, headers, body } = outgoing;
    const request = { method, url: target.text, headers: collectHeaders(headers), body };
    const answer = this.#find(request);
    await this.#wait(answer.delay, timeLeft);
    if (answer.error !== undefined) throw thrownFor(answer.error);
    const { bodyBytes } = this.#settings.limits;
    if (answer.body.length > bodyBytes) throw tooLarge(bodyBytes);
    return { status: answer.status, headers: answer.headers, body: answer.body };
  }

  async close(): Promise<void> {
    // There are no connections.
  }

  #find(request: StubRequest): NonNullable<ReturnType<Route["take"]>> {
    this.requests.push(request);
    let usedUp = false;
    for (const route of this.routes) {
      if (!route.pattern.matches(request)) continue;
      const answer = route.take();
      if (answer !== undefined) return answer;
      usedUp = true;
    }
    const error = new UnmatchedRequest(messageOf(request, this.routes, usedUp), [request]);
    this.unmatched.push(error);
    throw error;
  }

  async #wait(delay: Milliseconds, timeLeft: Milliseconds): Promise<void> {
    if (delay === 0) return;
    const limit = Math.min(this.#settings.timeouts.receive, timeLeft);
    await this.sleep(Math.min(delay, limit));
    if (delay > limit) throw new EngineError("timeout", "nothing received in time");
  }
}

function messageOf(request: StubRequest, routes: readonly Route[], usedUp: boolean): string {
  const asked = `no route answers ${request.method} ${request.url}`;
  if (routes.length === 0) return `${asked}: the stub has none, see StubHttpClient.on`;
  if (usedUp) return `${asked}: the answers to it are used up`;
  const near = routes
    .map((route) => ({ route, why: route.pattern.differences(request) }))
    .sort((one, other) => one.why.length - other.why.length)
    .slice(0, NEAR)
    .map(({ route, why }) => `\n- ${String(route.pattern)}: ${why.join(", ")}`);
  return `${asked}; the nearest are:${near.join("")}`;
}
