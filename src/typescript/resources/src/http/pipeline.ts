/**
 * What a call goes through: attempts, waits, redirects hop by hop, the specification's errors.
 *
 * @packageDocumentation
 */

import {
  type Clock,
  HttpBodyTooLarge,
  HttpConnectionFailed,
  type HttpRequestFailed,
  HttpResponseMalformed,
  HttpTimeout,
  HttpTlsFailed,
  HttpTooManyRedirects,
  type Milliseconds,
  type Rng,
} from "@dagstack/contracts";

import { DEADLINE, type Engine, EngineError, type Outgoing, type Received } from "./engine.js";
import type { SentHeaders } from "./headers.js";
import { resolveLocation } from "./location.js";
import { BufferedResponse } from "./response.js";
import { parseRetryAfter, retryDelay } from "./retry.js";
import type { CheckedSettings } from "./settings.js";

const NANOSECONDS = 1e6; // in a millisecond
const MOVED: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const CREDENTIALS = ["authorization", "cookie", "proxy-authorization"];
const ABOUT_BODY = ["content-encoding", "content-language", "content-type"];

/** What all calls of a client share. */
export interface Pipeline {
  readonly engine: Engine;
  readonly settings: CheckedSettings;
  readonly clock: Clock;
  readonly rng: Rng;

  /** Wait, but not beyond the close of the client. */
  readonly sleep: (delay: Milliseconds) => Promise<void>;

  /** Throws `ResourceClosed` if the client is closed. */
  readonly ensureOpen: () => void;
}

/** One call, which may take several requests. Used once. */
export class Call {
  readonly #pipeline: Pipeline;
  readonly #first: Outgoing;
  readonly #start: bigint;
  #request: Outgoing;
  #attempts = 1;
  #redirects = 0;

  constructor(pipeline: Pipeline, request: Outgoing) {
    this.#pipeline = pipeline;
    this.#request = this.#first = request;
    this.#start = pipeline.clock.monotonicNs();
  }

  /**
   * Send requests until there is a response to return, or nothing is left to try.
   *
   * @throws {@link HttpRequestFailed} if there is no whole response.
   * @throws `ResourceClosed` if the client was closed meanwhile.
   */
  async run(): Promise<BufferedResponse> {
    const { settings, sleep, ensureOpen } = this.#pipeline;
    let timeLeft = settings.timeouts.total;
    for (;;) {
      const outcome = await this.#attempt(timeLeft);
      if (!(outcome instanceof EngineError) && !settings.retry.statuses.includes(outcome.status)) {
        return this.#end(outcome);
      }
      ensureOpen();
      const delay = this.#delay(outcome);
      if (delay === undefined) return this.#end(outcome);
      await sleep(delay);
      ensureOpen();
      timeLeft = this.#timeLeft();
      if (timeLeft <= 0) return this.#end(outcome); // the sleeper took longer than it was asked to
      this.#attempts += 1;
    }
  }

  /** Send one request, and those to which it redirects. */
  async #attempt(timeLeft: Milliseconds): Promise<Received | EngineError> {
    try {
      let received = await this.#pipeline.engine.exchange(this.#request, timeLeft);
      while (MOVED.has(received.status) && this.#follow(received)) {
        const left = this.#timeLeft();
        if (left <= 0) return new EngineError("timeout", DEADLINE);
        received = await this.#pipeline.engine.exchange(this.#request, left);
      }
      return received;
    } catch (error) {
      if (error instanceof EngineError) return error;
      throw error;
    }
  }

  #timeLeft(): Milliseconds {
    const passed = Number(this.#pipeline.clock.monotonicNs() - this.#start) / NANOSECONDS;
    return this.#pipeline.settings.timeouts.total - passed;
  }

  /** How long to wait before the next attempt, or `undefined` if there is to be none. */
  #delay(outcome: Received | EngineError): Milliseconds | undefined {
    const { settings, clock, rng } = this.#pipeline;
    const policy = settings.retry;
    const { method, headers } = this.#request;
    const keyed = policy.idempotencyKey && headers.has("idempotency-key");
    if (!(policy.methods.includes(method) || keyed)) return undefined;
    if (!isPassing(outcome) || this.#attempts >= policy.maxAttempts) return undefined;
    const asked = outcome instanceof EngineError ? undefined : outcome.headers["retry-after"];
    const least = asked === undefined ? 0 : (parseRetryAfter(asked, clock.now()) ?? 0);
    const timeLeft = this.#timeLeft();
    if (least >= timeLeft) return undefined;
    const delay = retryDelay(policy, this.#attempts, rng.nextFloat(), least);
    return delay < timeLeft ? delay : undefined;
  }

  /**
   * Aim at what a redirect leads to; false if it is a response like any other.
   *
   * @throws {@link EngineError} if it leads to where no request may go.
   * @throws {@link HttpTooManyRedirects} if it is one too many.
   */
  #follow(received: Received): boolean {
    const policy = this.#pipeline.settings.redirects;
    const location = (received.headers.location ?? "").trim();
    if (policy.limit === 0 || location === "") return false;
    if (this.#redirects >= policy.limit) {
      const detail = `more than ${policy.limit} redirects`;
      throw new HttpTooManyRedirects({ ...this.#about(detail), limit: policy.limit });
    }
    this.#redirects += 1;
    const before = this.#request;
    const target = resolveLocation(before.target, location);
    if (before.target.scheme === "https" && target.scheme === "http" && !policy.allowDowngrade) {
      throw new EngineError("malformed", "it redirects from https to http");
    }
    let { method, headers, body } = before;
    if (target.origin !== before.target.origin) {
      headers = without([...CREDENTIALS, ...policy.credentialHeaders], headers);
    }
    const { status } = received;
    if (status === 303 || (status < 303 && method === "POST")) {
      method = "GET";
      headers = without(ABOUT_BODY, headers);
      body = undefined;
    }
    this.#request = { method, target, headers, body };
    return true;
  }

  #end(outcome: Received | EngineError): BufferedResponse {
    if (outcome instanceof EngineError) throw this.#error(outcome);
    const { text: url } = this.#request.target;
    return new BufferedResponse({ ...outcome, url, attempts: this.#attempts });
  }

  #about(detail: string): { method: string; url: string; attempts: number; detail: string } {
    const { method, target } = this.#first;
    return { method, url: target.shown, attempts: this.#attempts, detail };
  }

  /** The error of the specification, with the URL that the caller knows. */
  #error(failed: EngineError): HttpRequestFailed {
    const at = `, at ${this.#request.target.shown} after ${this.#redirects} redirects`;
    const about = this.#about(this.#redirects === 0 ? failed.detail : failed.detail + at);
    const details = failed.cause === undefined ? {} : { cause: failed.cause };
    switch (failed.failure) {
      case "connection":
        return new HttpConnectionFailed(about, details);
      case "tls":
        return new HttpTlsFailed(about, details);
      case "timeout":
        return new HttpTimeout(about, details);
      case "too large": {
        const limit = this.#pipeline.settings.limits.bodyBytes;
        return new HttpBodyTooLarge({ ...about, limit }, details);
      }
      case "malformed":
        return new HttpResponseMalformed(about, details);
    }
  }
}

/** Whether another attempt may end otherwise. */
function isPassing(outcome: Received | EngineError): boolean {
  if (!(outcome instanceof EngineError)) return true;
  return outcome.failure === "connection" || outcome.failure === "timeout";
}

function without(names: readonly string[], headers: SentHeaders): SentHeaders {
  return new Map([...headers].filter(([name]) => !names.includes(name)));
}
