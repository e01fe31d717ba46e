/**
 * The engine on a function like `fetch`.
 *
 * @packageDocumentation
 */

import { addAbortSignal, Readable } from "node:stream";

import { type Milliseconds, ResourceClosed } from "@dagstack/contracts";

import {
  type Engine,
  EngineError,
  type Outgoing,
  type Received,
  tooLarge,
} from "../../http/engine.js";
import { collectHeaders } from "../../http/headers.js";
import type { CheckedSettings } from "../../http/settings.js";
import { meaningOf } from "./failures.js";
import { Watch } from "./watch.js";

/** A function that sends requests as the global `fetch` does. */
export type FetchFunction = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Carries requests over a function like `fetch`, which decompresses bodies by itself.
 *
 * It does not tell when it has a connection, so the limit of receiving counts from the beginning.
 * Nobody waits for it beyond the limits and the close, even if it does not mind its `signal`.
 */
export class FetchEngine implements Engine {
  readonly #fetch: FetchFunction;
  readonly #settings: CheckedSettings;
  readonly #running = new Set<AbortController>();

  constructor(fetch: FetchFunction, settings: CheckedSettings) {
    this.#fetch = fetch;
    this.#settings = settings;
  }

  /** Send a request and read the whole response. */
  async exchange(request: Outgoing, timeLeft: Milliseconds): Promise<Received> {
    const abort = new AbortController();
    const watch = new Watch(this.#settings.timeouts, timeLeft, (detail) => {
      abort.abort(new EngineError("timeout", detail));
    });
    watch.turn("receive");
    this.#running.add(abort);
    let begun = false;
    const receive = async (): Promise<Received> => {
      const response = await this.#send(request, abort.signal);
      begun = true;
      watch.progress("receive");
      const body = await this.#read(response, watch, abort.signal);
      return { status: response.status, headers: collectHeaders(response.headers), body };
    };
    try {
      return await Promise.race([receive(), endOf(abort.signal)]);
    } catch (error) {
      const given: unknown = abort.signal.aborted ? abort.signal.reason : error;
      if (given instanceof EngineError || given instanceof ResourceClosed) throw given;
      throw meaningOf(given, request.target, begun);
    } finally {
      watch.stop();
      this.#running.delete(abort);
    }
  }

  /** End all requests. */
  close(): Promise<void> {
    const closed = new ResourceClosed({ resource: "PooledHttpClient" });
    for (const abort of this.#running) abort.abort(closed);
    return Promise.resolve();
  }

  #send({ method, target, headers, body }: Outgoing, signal: AbortSignal): Promise<Response> {
    return this.#fetch(target.text, {
      method,
      headers: [...headers],
      redirect: "manual",
      signal,
      ...(body !== undefined && { body }),
    });
  }

  async #read(response: Response, watch: Watch, signal: AbortSignal): Promise<Uint8Array> {
    const limit = this.#settings.limits.bodyBytes;
    const pieces: Uint8Array[] = [];
    let size = 0;
    // Leaving the loop by an error cancels the body, and so closes the connection.
    for await (const piece of addAbortSignal(signal, streamOf(response))) {
      watch.progress("receive");
      size += (piece as Uint8Array).length;
      if (size > limit) throw tooLarge(limit);
      pieces.push(piece as Uint8Array);
    }
    return new Uint8Array(Buffer.concat(pieces, size));
  }
}

/** Rejects when a signal aborts. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
}

/** The body, which may also be a stream of Node.js, as that of `node-fetch` is. */
function streamOf(response: Response): Readable {
  const body: unknown = response.body;
  if (body instanceof ReadableStream) return Readable.fromWeb(body);
  return Readable.from((body ?? []) as AsyncIterable<Uint8Array>);
}
