/** A loopback server that says what a test tells it, byte for byte. */

import { once } from "node:events";
import {
  type AddressInfo,
  connect,
  createServer,
  type Server as NetServer,
  type Socket,
} from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

import { onTestFinished } from "vitest";

export const HOST = "127.0.0.1";

/** A request as it came in. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;

  /** The number of its connection. */
  readonly connection: number;

  /** Its head. */
  readonly raw: string;
}

/** The value of a header, which must be there once at most. */
export function header(seen: Seen | undefined, name: string): string | undefined {
  const found = (seen?.headers ?? []).filter(([key]) => key.toLowerCase() === name);
  if (found.length > 1) throw new Error(`${name} is there ${found.length} times`);
  return found[0]?.[1];
}

/** One request and the chance to answer it. */
export interface Exchange {
  readonly request: Seen;
  readonly socket: Socket;
}

export type Answer = (exchange: Exchange) => void | Promise<void>;

export interface ServerOptions {
  readonly tls?: TlsOptions;

  /** Whether bodies of requests are read; they are without. */
  readonly readsBodies?: boolean;
}

/** Answers every request by one function, and remembers them. */
export class Server {
  readonly requests: Seen[] = [];
  connections = 0;
  #heard = 0;
  readonly #answer: Answer;
  readonly #options: ServerOptions;
  readonly #open = new Set<Socket>();
  readonly #server: NetServer;
  readonly #changes = new Set<() => void>();

  constructor(answer: Answer, options: ServerOptions) {
    this.#answer = answer;
    this.#options = options;
    const accept = (socket: Socket): void => {
      void this.#accept(socket);
    };
    this.#server =
      options.tls === undefined ? createServer(accept) : createTlsServer(options.tls, accept);
    this.#server.on("tlsClientError", () => undefined);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The URL of a path here. */
  url(path = "/", host: string = HOST): string {
    const scheme = this.#options.tls === undefined ? "http" : "https";
    return `${scheme}://${host}:${this.port}${path}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, HOST);
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Wait until that many requests have come in. */
  async asked(times = 1): Promise<void> {
    await this.#until(() => this.requests.length >= times);
  }

  /** Wait until something has come in, be it a request or not. */
  async heard(): Promise<void> {
    await this.#until(() => this.#heard > 0);
  }

  /** Wait until no connection is open any more. */
  async left(): Promise<void> {
    await this.#until(() => this.#open.size === 0);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#changes.add(resolve);
      });
    }
  }

  #changed(): void {
    for (const change of [...this.#changes]) {
      this.#changes.delete(change);
      change();
    }
  }

  async #accept(socket: Socket): Promise<void> {
    this.connections += 1;
    this.#open.add(socket);
    const number = this.connections;
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#open.delete(socket);
      this.#changed();
    });
    let received = Buffer.alloc(0);
    try {
      for await (const piece of socket as AsyncIterable<Buffer>) {
        received = Buffer.concat([received, piece]);
        this.#heard += piece.length;
        this.#changed();
        const end = received.indexOf("\r\n\r\n");
        if (end < 0) continue;
        const seen = parsed(received.toString("latin1", 0, end + 4), number);
        const reads = this.#options.readsBodies !== false;
        const length = reads ? Number(header(seen, "content-length") ?? "0") : 0;
        if (received.length < end + 4 + length) continue;
        const body = received.subarray(end + 4, end + 4 + length);
        received = received.subarray(end + 4 + length);
        const request = { ...seen, body };
        this.requests.push(request);
        this.#changed();
        await this.#answer({ request, socket });
        if (!reads) await once(socket, "close");
      }
    } catch {
      // The client went away.
    }
  }
}

function parsed(raw: string, connection: number): Seen {
  const [first = "", ...lines] = raw.split("\r\n").slice(0, -2);
  const [method = "", target = ""] = first.split(" ");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { method, target, headers, body: Buffer.alloc(0), connection, raw };
}

/** Start a server that stops with the test. */
export async function serve(answer: Answer, options: ServerOptions = {}): Promise<Server> {
  const server = new Server(answer, options);
  await server.start();
  onTestFinished(() => server.stop());
  return server;
}

/** Answer every request alike. */
export function always(
  status = 200,
  body: string | Uint8Array = "",
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const bytes = Buffer.from(body as string);
  const lines = [`HTTP/1.1 ${status} Whatever`, `content-length: ${bytes.length}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  const head = Buffer.from([...lines, "", ""].join("\r\n"), "latin1");
  return raw([Buffer.concat([head, bytes])], false);
}

/** Answer every request with bytes as they are, each piece when the one before has been taken. */
export function raw(pieces: readonly (string | Uint8Array)[], close = true): Answer {
  return async ({ socket }) => {
    for (const piece of pieces) await send(socket, piece);
    if (close) socket.end();
  };
}

/** Send bytes, and wait until the operating system has taken them. */
export async function send(socket: Socket, piece: string | Uint8Array): Promise<void> {
  const bytes = typeof piece === "string" ? Buffer.from(piece, "latin1") : piece;
  await new Promise<void>((resolve) => {
    socket.write(bytes, () => {
      // Lets the other side, which is in this very process, read before more is sent.
      setImmediate(resolve);
    });
  });
}

/** Answer by one function after the other, the last one for good. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let next = 0;
  return (exchange) => {
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    return answer?.(exchange);
  };
}

/** Answer by what is asked for. */
export function byPath(paths: Readonly<Record<string, Answer>>): Answer {
  return (exchange) => paths[exchange.request.target]?.(exchange);
}

/** Open a tunnel to a port, whatever is asked for, and pass on what comes. */
export const tunnelTo =
  (port: number): Answer =>
  ({ socket }) => {
    const server = connect(port, HOST);
    server.on("error", () => socket.destroy());
    socket.on("close", () => server.destroy());
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    // The test server reads the socket by itself; only what it has not read yet is passed on.
    socket.removeAllListeners("readable");
    socket.pipe(server).pipe(socket);
  };

/** Never answer. */
export const hanging: Answer = () => undefined;

/** Close the connection without a word. */
export const hangingUp: Answer = ({ socket }) => {
  socket.end();
};

/** Break the connection. */
export const resetting: Answer = ({ socket }) => {
  socket.resetAndDestroy();
};
