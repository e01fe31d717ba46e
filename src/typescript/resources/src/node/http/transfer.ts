/**
 * One request on its way over undici, and its response.
 *
 * @packageDocumentation
 */

import type { Milliseconds } from "@dagstack/contracts";
import type { Dispatcher } from "undici";

import { EngineError, type Outgoing, type Received } from "../../http/engine.js";
import { collectHeaders, type ReceivedHeaders } from "../../http/headers.js";
import type { CheckedSettings } from "../../http/settings.js";
import { beginBody, type Body } from "./body.js";
import { meaningOf } from "./failures.js";
import { Watch } from "./watch.js";

/** Responses without a body, whatever length they state: that of what they stand for. */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);

/** Bytes; a body up to this size is in the hands of the operating system, or nearly so, at once. */
const PIECE = 65_536;

/** Where a request goes in, and how it is put there. */
export interface Entry {
  readonly dispatcher: Pick<Dispatcher, "dispatch">;
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What happens to one request; ends once, and keeps nothing afterwards. */
export class Transfer implements Dispatcher.DispatchHandler {
  readonly #request: Outgoing;
  readonly #settings: CheckedSettings;
  readonly #watch: Watch;
  readonly #settle: (outcome: Received | Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: ReceivedHeaders = {};
  #body: Body | undefined;
  #over = false;

  /** @param settle - Told once: the response, or why there is none. */
  constructor(
    request: Outgoing,
    settings: CheckedSettings,
    timeLeft: Milliseconds,
    settle: (outcome: Received | Error) => void,
  ) {
    this.#request = request;
    this.#settings = settings;
    this.#settle = settle;
    this.#watch = new Watch(settings.timeouts, timeLeft, (detail) => {
      this.fail(new EngineError("timeout", detail));
    });
  }

  /** Send the request, unless it has ended already. */
  begin({ dispatcher, origin, path, headers }: Entry): void {
    if (this.#over) return;
    const { method, body } = this.#request;
    const large = body !== undefined && body.length > PIECE;
    const sent = { ...Object.fromEntries(this.#request.headers), ...headers };
    const options = {
      origin,
      path,
      method,
      headers: large ? { ...sent, "content-length": String(body.length) } : sent,
      body: large ? this.#pieces(body) : (body ?? null),
      // The watch is what looks after them.
      headersTimeout: 0,
      bodyTimeout: 0,
    } as Dispatcher.DispatchOptions;
    try {
      dispatcher.dispatch(options, this);
    } catch (error) {
      // A host's dispatcher may throw; nobody above this would catch it.
      this.#end(meaningOf(error, this.#request.target, false));
    }
  }

  /** End it from outside. */
  fail(error: Error): void {
    if (this.#over) return;
    this.#end(error);
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) {
      controller.abort(new Error("nobody waits for it any more"));
      return;
    }
    const { body } = this.#request;
    this.#watch.turn(body !== undefined && body.length > PIECE ? "send" : "receive");
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#watch.turn("receive");
    if (statusCode < 200) return; // it announces the response that counts
    this.#status = statusCode;
    this.#headers = collectHeaders(received(controller.rawHeaders, headers));
    if (BODILESS.has(statusCode)) {
      // Undici misses the body that was announced, and closes the connection.
      this.#end({ status: statusCode, headers: this.#headers, body: new Uint8Array() });
      return;
    }
    try {
      this.#body = beginBody(this.#headers, this.#settings.limits.bodyBytes, {
        done: (body) => {
          this.#end({ status: this.#status, headers: this.#headers, body });
        },
        fail: (error) => {
          this.fail(error);
        },
        drained: () => {
          controller.resume();
        },
      });
    } catch (error) {
      this.fail(error as EngineError);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    this.#watch.progress("receive");
    if (this.#body?.write(piece) === false) controller.pause();
  }

  onResponseEnd(): void {
    this.#body?.end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#end(meaningOf(error, this.#request.target, this.#status > 0));
  }

  /** A large body, which the server must take piece by piece in time. */
  async *#pieces(body: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    for (let start = 0; start < body.length; start += PIECE) {
      yield Promise.resolve(body.subarray(start, start + PIECE));
      this.#watch.progress("send");
    }
    // The response may have begun already.
    if (this.#status === 0) this.#watch.turn("receive");
  }

  #end(outcome: Received | Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#watch.stop();
    if (outcome instanceof Error) this.#body?.drop();
    this.#settle(outcome);
  }
}

/** Names and values as they came, each value with the bytes that it had. */
function* received(
  raw: Dispatcher.DispatchController["rawHeaders"],
  parsed: Readonly<Record<string, string | string[] | undefined>>,
): Generator<readonly [string, string]> {
  if (Array.isArray(raw)) {
    for (let index = 0; index + 1 < raw.length; index += 2) {
      yield [readable(raw[index] ?? ""), readable(raw[index + 1] ?? "")];
    }
    return;
  }
  for (const [name, value] of Object.entries(parsed)) {
    for (const one of [value ?? []].flat()) yield [name, readable(one)];
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes, or text with a character for each of them, as UTF-8 if they are, or else as Latin-1. */
function readable(value: Uint8Array | string): string {
  if (typeof value === "string" && !/[\x80-\xff]/.test(value)) return value;
  const bytes = Buffer.from(value as string, "latin1");
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}
