/**
 * Bodies of responses: bytes as they arrive, collected up to a limit and decompressed.
 *
 * @packageDocumentation
 */

import { createInflateRaw, createUnzip, type InflateRaw, type Unzip } from "node:zlib";

import { EngineError, tooLarge } from "../../http/engine.js";
import type { ReceivedHeaders } from "../../http/headers.js";

/** What a body tells whoever reads it; `done` or `fail` once. */
export interface BodyEvents {
  readonly done: (body: Uint8Array) => void;
  readonly fail: (error: EngineError) => void;

  /** There is room again, after `write` has returned false. */
  readonly drained: () => void;
}

/** Takes a body piece by piece. */
export interface Body {
  /** Returns whether the next piece may come at once. */
  readonly write: (piece: Uint8Array) => boolean;
  readonly end: () => void;

  /** Let go of what is there; nothing is told any more. */
  readonly drop: () => void;
}

/**
 * Begin the body that the headers announce.
 *
 * @throws {@link EngineError} if it is announced as too large, or its encoding was not asked for.
 */
export function beginBody(headers: ReceivedHeaders, limit: number, events: BodyEvents): Body {
  const encoding = (headers["content-encoding"] ?? "").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") {
    const length = headers["content-length"] ?? "";
    if (/^[0-9]+$/.test(length) && Number(length) > limit) throw tooLarge(limit);
    return new PlainBody(limit, events);
  }
  if (encoding === "gzip" || encoding === "x-gzip") return new CompressedBody(limit, events);
  if (encoding === "deflate") return new CompressedBody(limit, events, isBareDeflate);
  return new RefusedBody(events);
}

class PlainBody implements Body {
  readonly #pieces: Uint8Array[] = [];
  readonly #limit: number;
  readonly #events: BodyEvents;
  #size = 0;

  constructor(limit: number, events: BodyEvents) {
    this.#limit = limit;
    this.#events = events;
  }

  write(piece: Uint8Array): boolean {
    this.#size += piece.length;
    if (this.#size > this.#limit) this.#events.fail(tooLarge(this.#limit));
    else this.#pieces.push(piece);
    return true;
  }

  end(): void {
    this.#events.done(joined(this.#pieces, this.#size));
  }

  drop(): void {
    this.#pieces.length = 0;
  }
}

/** Nothing, said to be compressed in some way, is nothing; anything else cannot be read. */
class RefusedBody implements Body {
  readonly #events: BodyEvents;

  constructor(events: BodyEvents) {
    this.#events = events;
  }

  write(): boolean {
    const detail = "its content-encoding is not gzip or deflate";
    this.#events.fail(new EngineError("malformed", detail));
    return true;
  }

  end(): void {
    this.#events.done(new Uint8Array());
  }

  drop(): void {
    // There is nothing.
  }
}

type Inflater = InflateRaw | Unzip;

/** Decompresses what arrives, never beyond the limit. */
class CompressedBody implements Body {
  readonly #limit: number;
  readonly #events: BodyEvents;
  readonly #isBare: (first: number, second: number) => boolean;
  readonly #pieces: Uint8Array[] = [];
  #first: Uint8Array = new Uint8Array();
  #inflater: Inflater | undefined;
  #taken = 0;
  #size = 0;
  #over = false;

  constructor(
    limit: number,
    events: BodyEvents,
    isBare: (first: number, second: number) => boolean = () => false,
  ) {
    this.#limit = limit;
    this.#events = events;
    this.#isBare = isBare;
  }

  write(piece: Uint8Array): boolean {
    let data = piece;
    if (this.#inflater === undefined) {
      data = joined([this.#first, piece], this.#first.length + piece.length);
      const [first, second] = data;
      if (first === undefined || second === undefined) {
        this.#first = data; // the first two bytes say what it is
        return true;
      }
      this.#inflater = this.#begin(
        this.#isBare(first, second) ? createInflateRaw() : createUnzip(),
      );
    }
    this.#taken += data.length;
    return this.#over || this.#inflater.write(data);
  }

  end(): void {
    if (this.#inflater !== undefined) this.#inflater.end();
    else if (this.#first.length === 0) this.#events.done(new Uint8Array());
    else this.#malformed("its compressed body ends in the middle");
  }

  drop(): void {
    this.#over = true;
    this.#pieces.length = 0;
    this.#inflater?.destroy();
  }

  #begin(inflater: Inflater): Inflater {
    inflater.on("data", (piece: Uint8Array) => {
      this.#size += piece.length;
      if (this.#size > this.#limit) this.#fail(tooLarge(this.#limit));
      else this.#pieces.push(piece);
    });
    inflater.on("drain", this.#events.drained);
    inflater.on("error", (error: NodeJS.ErrnoException) => {
      const cut = error.code === "Z_BUF_ERROR";
      const detail = cut
        ? "its compressed body ends in the middle"
        : "its body is not compressed data";
      this.#malformed(detail, error);
    });
    inflater.on("end", () => {
      this.#finish();
    });
    return inflater;
  }

  #finish(): void {
    if (this.#over) return;
    // Where the compressed data end, zlib stops, whatever there is left.
    const all = this.#inflater?.bytesWritten === this.#taken;
    if (!all) {
      this.#malformed("something follows its compressed body");
      return;
    }
    this.#over = true;
    this.#events.done(joined(this.#pieces, this.#size));
  }

  #malformed(detail: string, cause?: unknown): void {
    this.#fail(new EngineError("malformed", detail, cause));
  }

  #fail(error: EngineError): void {
    if (this.#over) return;
    this.drop();
    this.#events.fail(error);
  }
}

/** RFC 9110 means zlib's format by `deflate`; some servers send the bare stream. */
function isBareDeflate(first: number, second: number): boolean {
  return (first & 15) !== 8 || ((first << 8) | second) % 31 !== 0;
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let start = 0;
  for (const piece of pieces) {
    whole.set(piece, start);
    start += piece.length;
  }
  return whole;
}
