/**
 * Servers for cases.
 *
 * @packageDocumentation
 */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

import type { Fixtures } from "../harness.js";

/** What to answer, as the suite describes it. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly hex?: string;
  readonly chunks?: readonly string[];
  readonly repeat?: readonly [string, number];
  readonly gzip?: boolean;
  readonly raw?: string;
  readonly hang?: boolean;
  readonly reset?: boolean;
  readonly cut?: number;
  readonly stall?: number;
}

/** What a request was. */
export interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const NOTHING_LEFT = 599;

/** A server on loopback that answers its requests in turn, whatever they ask for. */
export class Server {
  readonly #answers: Answer[];
  readonly #requests: Request[] = [];
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  private constructor(answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  /** Start one on a port that is free. */
  static async start(answers: readonly Answer[]): Promise<Server> {
    const server = new Server(answers);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The requests so far. */
  requests(): Request[] {
    return [...this.#requests];
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const { method = "", url: target = "" } = request;
      const body = Buffer.concat(pieces).toString();
      this.#requests.push({ method, target, headers: joined(request.headers), body });
      this.#give(this.#answers.shift() ?? { status: NOTHING_LEFT }, response, target);
    } catch {
      // The client went away; what it makes of that is its own to show.
      response.destroy();
    }
  }

  #give(answer: Answer, response: ServerResponse, target: string): void {
    const { socket } = response;
    if (answer.hang === true) return;
    if (answer.reset === true) {
      socket?.resetAndDestroy();
    } else if (answer.raw !== undefined) {
      socket?.end(this.#filled(answer.raw));
    } else if (answer.cut !== undefined) {
      const body = bodyOf(answer);
      this.#begin(answer, response, target, body.length);
      response.flushHeaders();
      socket?.end(body.subarray(0, answer.cut));
    } else if (answer.stall !== undefined) {
      const body = bodyOf(answer);
      this.#begin(answer, response, target, body.length);
      response.write(body.subarray(0, answer.stall));
    } else if (answer.chunks !== undefined && answer.gzip !== true) {
      this.#begin(answer, response, target);
      for (const chunk of answer.chunks) response.write(chunk);
      response.end();
    } else {
      const body = bodyOf(answer);
      this.#begin(answer, response, target, answer.chunks === undefined ? body.length : undefined);
      response.end(body);
    }
  }

  /** Send the head; without a length the body goes in chunks. */
  #begin(answer: Answer, response: ServerResponse, target: string, length?: number): void {
    response.sendDate = false;
    const headers = Object.entries(answer.headers ?? {}).map(
      ([name, value]) =>
        [name, this.#filled(value).replaceAll("{target}", target)] as [string, string],
    );
    const has = (wanted: string): boolean =>
      headers.some(([name]) => name.toLowerCase() === wanted);
    if (answer.gzip === true) headers.push(["content-encoding", "gzip"]);
    if (length !== undefined && !has("content-length")) {
      headers.push(["content-length", String(length)]);
    }
    if (length === undefined && !has("transfer-encoding")) {
      headers.push(["transfer-encoding", "chunked"]);
    }
    response.writeHead(answer.status ?? 200, headers.flat());
  }

  #filled(text: string): string {
    return text.replaceAll("{url}", this.url);
  }
}

/** The subject around clients that connect. */
export const serverFixtures: Fixtures = {
  subjects: { Server: ({ answers }) => Server.start(answers as Answer[]) },
};

function bodyOf(answer: Answer): Buffer {
  const [repeated, times] = answer.repeat ?? ["", 0];
  const body =
    answer.hex === undefined
      ? Buffer.from(answer.text ?? answer.chunks?.join("") ?? repeated.repeat(times))
      : Buffer.from(answer.hex, "hex");
  return answer.gzip === true ? gzipSync(body) : body;
}

function joined(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]),
  );
}
