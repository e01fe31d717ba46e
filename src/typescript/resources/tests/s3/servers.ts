/** Services that speak S3, to be run by tests, and a proxy that spoils what they say. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";

export const ACCESS_KEY = "AKIDTESTTESTTEST";
export const SECRET_KEY = "a-secret-that-nobody-may-see";
export const SESSION = "a-session-that-nobody-may-see";

const checkout = fileURLToPath(new URL("../../../../../", import.meta.url));

/** moto's service, in a process of its own, which ends with this one. */
export class Moto {
  readonly endpoint: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, endpoint: string) {
    this.#process = process;
    this.endpoint = endpoint;
  }

  /** Start it at a free port, and wait until it says which. */
  static async start(): Promise<Moto> {
    const service = spawn(".venv/bin/python", ["-m", "tests.resources.blobs.moto_service"], {
      cwd: checkout,
      stdio: ["pipe", "pipe", "ignore"],
    });
    for await (const line of createInterface(service.stdout)) return new Moto(service, line);
    throw new Error("moto does not start");
  }

  async stop(): Promise<void> {
    this.#process.stdin?.end();
    await once(this.#process, "exit");
  }
}

/** A client of the SDK's own, as others use one; closes with the test. */
export function clientOf(endpoint: string): S3Client {
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  onTestFinished(() => {
    client.destroy();
  });
  return client;
}

let buckets = 0;

/** Make a bucket that no other test uses. */
export async function freshBucket(client: S3Client): Promise<string> {
  buckets += 1;
  const Bucket = `bucket-${process.pid}-${Date.now()}-${buckets}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

/**
 * How to spoil an answer: a status to answer at once, `slow` (no answer), `reset` (none at all),
 * `lost` (handed on, but the answer is not) or `half` (an answer that ends too early).
 */
export type Fault = number | "slow" | "reset" | "lost" | "half";

/** Hands requests on to a service, except for as many as it is told to spoil, in order. */
export class FaultyProxy {
  faults: Fault[] = [];
  readonly seen: string[] = [];
  readonly #upstream: string;
  readonly #server: Server;

  constructor(upstream: string) {
    this.#upstream = upstream;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => {
        request.socket.destroy();
      });
    });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Run one before a service, for the length of a test. */
  static async before(upstream: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(upstream);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    onTestFinished(() => {
      proxy.#server.closeAllConnections();
      proxy.#server.close();
    });
    return proxy;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const fault = this.faults.shift();
    this.seen.push(`${request.method ?? ""} ${fault ?? ""}`.trim());
    if (fault === "slow") return;
    if (fault === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    if (typeof fault === "number") {
      response.writeHead(fault, { "content-type": "application/xml" });
      const answer = "<Error><Code>SlowDown</Code><Message>for your eyes only</Message></Error>";
      response.end(request.method === "HEAD" ? undefined : answer);
      return;
    }
    const { status, headers, answer } = await this.#ask(request, body);
    if (fault === "lost") {
      request.socket.destroy();
      return;
    }
    delete headers["transfer-encoding"];
    const length = request.method === "HEAD" ? headers["content-length"] : answer.length;
    response.writeHead(status, { ...headers, "content-length": length ?? 0 });
    if (fault === "half") {
      response.write(answer.subarray(0, answer.length / 2), () => request.socket.destroy());
    } else {
      response.end(request.method === "HEAD" ? undefined : answer);
    }
  }

  async #ask(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; answer: Buffer }> {
    const asking = send(`${this.#upstream}${url ?? ""}`, { method, headers, agent: false });
    asking.end(body);
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    const answer = await read(response);
    return { status: response.statusCode ?? 0, headers: response.headers, answer };
  }
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
