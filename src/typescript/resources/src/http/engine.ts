/**
 * What carries one request to a server and its response back: the seam below the pipeline.
 *
 * @packageDocumentation
 */

import type { Milliseconds } from "@dagstack/contracts";

import type { ReceivedHeaders, SentHeaders } from "./headers.js";
import type { Target } from "./url.js";

/** Why there is no whole response. */
export type Failure = "connection" | "tls" | "timeout" | "too large" | "malformed";

/** There is no whole response. The error of the library underneath is the cause. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly failure: Failure;

  /** For people, without secrets. */
  readonly detail: string;

  constructor(failure: Failure, detail: string, cause?: unknown) {
    super(`${failure}: ${detail}`, cause === undefined ? undefined : { cause });
    this.failure = failure;
    this.detail = detail;
  }
}

/** A request to send, checked. */
export interface Outgoing {
  /** In upper case. */
  readonly method: string;
  readonly target: Target;

  /** By names in lower case; nothing that an engine adds may go against them. */
  readonly headers: SentHeaders;
  readonly body: Uint8Array | undefined;
}

/** A response with its whole body, decoded as its `content-encoding` says. */
export interface Received {
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly body: Uint8Array;
}

/** Sends one request over one connection, without redirects, retries and cookies. */
export interface Engine {
  /**
   * Send a request and read the whole response within `timeLeft`.
   *
   * @throws {@link EngineError} if there is no whole response.
   */
  exchange(request: Outgoing, timeLeft: Milliseconds): Promise<Received>;

  /** End all requests and close all connections; called once. */
  close(): Promise<void>;
}

/** What ran out when the call as a whole took too long. */
export const DEADLINE = "the overall deadline passed";

/** The error of a body beyond its limit. */
export function tooLarge(limit: number): EngineError {
  return new EngineError("too large", `the body is larger than ${limit} bytes`);
}
