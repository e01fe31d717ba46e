/**
 * What the production client shares with the test double: everything but the wire.
 *
 * @packageDocumentation
 */

import type {
  Clock,
  HttpClient,
  HttpClientDeleteOptions,
  HttpClientGetOptions,
  HttpClientPostOptions,
  HttpClientPutOptions,
  Milliseconds,
  ResourceClosed,
  Rng,
  Sleeper,
} from "@dagstack/contracts";

import { SystemClock } from "../clock/system.js";
import { AsyncClosable } from "../closing.js";
import { RandomRng } from "../rng/random.js";
import type { Engine } from "./engine.js";
import { checkedHeaders } from "./headers.js";
import { encodeJsonObject } from "./json.js";
import { Call, type Pipeline } from "./pipeline.js";
import type { BufferedResponse } from "./response.js";
import type { CheckedSettings } from "./settings.js";
import { parseUrl } from "./url.js";

const DEFAULTS: readonly (readonly [string, string])[] = [
  ["accept", "*/*"],
  ["accept-encoding", "gzip, deflate"],
  ["user-agent", "dagstack-resources"],
];

/** Where a client's time and chance come from; the machine's if not given. */
export interface HttpClientParts {
  /** Tells the time for the overall deadline and for dates in `Retry-After`. */
  readonly clock?: Clock | undefined;

  /** Waits between attempts; the clock itself, if it can. */
  readonly sleeper?: Sleeper | undefined;

  /** Gives the jitter of these waits. */
  readonly rng?: Rng | undefined;
}

/** The arguments of a call, as the caller gave them. */
export interface CallOptions extends HttpClientPostOptions {
  readonly method: string;
  readonly url: string;
}

/** An {@link HttpClient} over an engine: everything but the wire. */
export abstract class PipelineHttpClient extends AsyncClosable implements HttpClient {
  readonly #engine: Engine;
  readonly #sleeper: Sleeper;
  readonly #ownClock = new SystemClock();
  readonly #onCall: (call: CallOptions) => void;
  readonly #pipeline: Pipeline;
  readonly #headers: ReadonlyMap<string, string>;
  readonly #sleeps = new Set<(error: ResourceClosed) => void>();

  /** @param onCall - Told of each call that was not refused, before anything is sent. */
  protected constructor(
    name: string,
    engine: Engine,
    settings: CheckedSettings,
    parts: HttpClientParts = {},
    onCall: (call: CallOptions) => void = () => undefined,
  ) {
    super(name);
    const clock = parts.clock ?? new SystemClock();
    this.#engine = engine;
    this.#sleeper = parts.sleeper ?? (isSleeper(parts.clock) ? parts.clock : this.#ownClock);
    this.#onCall = onCall;
    this.#headers = new Map([...DEFAULTS, ...settings.headers]);
    this.#pipeline = {
      engine,
      settings,
      clock,
      rng: parts.rng ?? new RandomRng(),
      sleep: (delay) => this.sleep(delay),
      ensureOpen: () => {
        this.ensureOpen();
      },
    };
  }

  /** Send a GET request; see {@link HttpClient.get}. */
  async get(url: string, options: HttpClientGetOptions = {}): Promise<BufferedResponse> {
    return this.#begin({ method: "GET", url, headers: options.headers });
  }

  /** Send a POST request; see {@link HttpClient.post}. */
  async post(url: string, options: HttpClientPostOptions = {}): Promise<BufferedResponse> {
    return this.#begin({ ...options, method: "POST", url });
  }

  /** Send a PUT request; see {@link HttpClient.put}. */
  async put(url: string, options: HttpClientPutOptions = {}): Promise<BufferedResponse> {
    return this.#begin({ ...options, method: "PUT", url });
  }

  /** Send a DELETE request; see {@link HttpClient.delete}. */
  async delete(url: string, options: HttpClientDeleteOptions = {}): Promise<BufferedResponse> {
    return this.#begin({ method: "DELETE", url, headers: options.headers });
  }

  /** Wait, but not beyond the close of this client. */
  protected async sleep(delay: Milliseconds): Promise<void> {
    this.ensureOpen();
    await new Promise<void>((resolve, reject) => {
      this.#sleeps.add(reject);
      const done = (): void => void this.#sleeps.delete(reject);
      this.#sleeper.sleep(delay).then(resolve, reject).finally(done);
    });
  }

  protected override async release(): Promise<void> {
    const error = this.closedError();
    for (const end of this.#sleeps) end(error);
    this.#ownClock.close(); // what nobody waits for would keep the process alive
    await this.#engine.close();
  }

  #begin(call: CallOptions): Promise<BufferedResponse> {
    this.ensureOpen();
    const target = parseUrl(call.url);
    const headers = new Map(this.#headers);
    if (call.headers !== undefined) {
      for (const [name, value] of checkedHeaders(call.headers)) headers.set(name, value);
    }
    let body: Uint8Array | undefined;
    if (call.json !== undefined) {
      body = encodeJsonObject(call.json);
      if (!headers.has("content-type")) headers.set("content-type", "application/json");
    }
    if (target.authorization !== undefined && !headers.has("authorization")) {
      headers.set("authorization", target.authorization);
    }
    this.#onCall(call);
    return new Call(this.#pipeline, { method: call.method, target, headers, body }).run();
  }
}

function isSleeper(clock: object | undefined): clock is Sleeper {
  return clock !== undefined && typeof Reflect.get(clock, "sleep") === "function";
}
