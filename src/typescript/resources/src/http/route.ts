/**
 * What a test double answers: routes, each with one answer or several in sequence.
 *
 * @packageDocumentation
 */

import {
  HttpConnectionFailed,
  HttpResponseMalformed,
  HttpTimeout,
  HttpTlsFailed,
  InvalidArgument,
  type JsonValue,
  type Milliseconds,
} from "@dagstack/contracts";

import { EngineError, type Failure } from "./engine.js";
import { checkHeader, collectHeaders, type ReceivedHeaders } from "./headers.js";
import { encodeJson } from "./json.js";
import type { Pattern } from "./pattern.js";

/** Errors of which the class is enough, because the stub fills in the request. */
export type FailureClass =
  | typeof HttpConnectionFailed
  | typeof HttpTlsFailed
  | typeof HttpTimeout
  | typeof HttpResponseMalformed;

const FAILURES: readonly (readonly [FailureClass, Failure])[] = [
  [HttpConnectionFailed, "connection"],
  [HttpTlsFailed, "tls"],
  [HttpTimeout, "timeout"],
  [HttpResponseMalformed, "malformed"],
];

/** What a stub answers to a request; at most one of `json`, `text`, `content` and `error`. */
export interface StubAnswer {
  /** The status of the response, 200 without. */
  readonly status?: number | undefined;

  /** A body, sent as JSON; `null` is one, `undefined` is none. */
  readonly json?: JsonValue | undefined;

  /** A body, sent as UTF-8. */
  readonly text?: string | undefined;

  /** A body, as it is. */
  readonly content?: Uint8Array | undefined;

  /** Headers of the response. */
  readonly headers?: Readonly<Record<string, string>> | undefined;

  /**
   * Instead of a response: `HttpTimeout` and the like, which the stub fills in and the retry
   * policy sees, or any error, which the call rejects with as it is.
   */
  readonly error?: Error | FailureClass | undefined;

  /**
   * What the answer takes, by the sleeper; one beyond a time limit is the timeout that it would
   * be.
   */
  readonly delay?: Milliseconds | undefined;

  /** How often this answer is given; else once, and the last one without end. */
  readonly times?: number | undefined;
}

/** The same, checked. */
interface Prepared {
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly body: Uint8Array;
  readonly error: Error | FailureClass | undefined;
  readonly delay: Milliseconds;
  readonly times: number | undefined;
}

/**
 * What a stub answers to some requests: one answer after the other, the last one for good. Made by
 * `StubHttpClient.on`.
 */
export class Route {
  readonly #pattern: Pattern;
  readonly #answers: Prepared[] = [];
  #given = 0;
  #calls = 0;

  constructor(pattern: Pattern, answer: StubAnswer) {
    this.#pattern = pattern;
    this.next(answer);
  }

  /** How many requests it has answered. */
  get calls(): number {
    return this.#calls;
  }

  /** Whether every answer that it has was asked for, as often as it was told. */
  get done(): boolean {
    const first = this.#answers[0];
    const open = first?.times === undefined && this.#given > 0 ? 1 : 0;
    return this.#answers.length <= open && this.#calls > 0;
  }

  /** Which requests it answers. */
  get pattern(): Pattern {
    return this.#pattern;
  }

  /**
   * Add the next answer.
   *
   * @throws `InvalidHeader` if a header could not be received.
   * @throws {@link InvalidArgument} if another part makes no sense.
   */
  next(answer: StubAnswer): this {
    this.#answers.push(prepared(answer));
    return this;
  }

  /** Take the next answer, or `undefined` if all are used up. */
  take(): Prepared | undefined {
    if (this.#answers.length > 1 && this.#answers[0]?.times === undefined && this.#given > 0) {
      this.#drop(); // it was the last one until another came
    }
    const answer = this.#answers[0];
    if (answer === undefined) return undefined;
    this.#calls += 1;
    this.#given += 1;
    const times = answer.times ?? (this.#answers.length === 1 ? Infinity : 1);
    if (this.#given === times) this.#drop();
    return answer;
  }

  /** What it answers to, and how often it did. */
  toString(): string {
    return `${String(this.#pattern)} (answered ${this.#calls} times)`;
  }

  #drop(): void {
    this.#answers.shift();
    this.#given = 0;
  }
}

/** The error that an engine throws for one that a test asked for. */
export function thrownFor(error: Error | FailureClass): Error {
  for (const [type, failure] of FAILURES) {
    if (error === type) return new EngineError(failure, "as the stub was told");
    if (error instanceof type) return new EngineError(failure, error.detail);
  }
  return error as Error; // checked when it was programmed
}

function prepared(answer: StubAnswer): Prepared {
  const { status = 200, json, text, content, headers = {}, error, delay = 0, times } = answer;
  if (!(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw refusal("status", `${status} is no status of a final response`);
  }
  if ([json, text, content, error].filter((part) => part !== undefined).length > 1) {
    throw refusal("json", "give one of json, text, content and error");
  }
  if (typeof error === "function" && !FAILURES.some(([type]) => type === error)) {
    const names = FAILURES.map(([type]) => type.name).join(", ");
    throw refusal("error", `of classes only these can be filled in: ${names}`);
  }
  if (!(delay >= 0)) throw refusal("delay", `${delay} is no number from 0`);
  if (times !== undefined && !(times >= 1)) throw refusal("times", `${times} is less than 1`);
  const [body, type] = bodyOf(json, text, content);
  const pairs = new Map(type === "" ? [] : [["content-type", type]]);
  for (const [name, value] of Object.entries(headers)) {
    checkHeader(name, value);
    pairs.set(name.toLowerCase(), value);
  }
  return { status, headers: collectHeaders(pairs), body, error, delay, times };
}

function bodyOf(
  json: JsonValue | undefined,
  text: string | undefined,
  content: Uint8Array | undefined,
): [body: Uint8Array, contentType: string] {
  if (text !== undefined) return [new TextEncoder().encode(text), "text/plain; charset=utf-8"];
  if (json !== undefined) return [encodeJson(json), "application/json"];
  return [content?.slice() ?? new Uint8Array(), ""];
}

function refusal(argument: string, reason: string): InvalidArgument {
  return new InvalidArgument({ argument, reason });
}
