import { connect } from "node:net";
import { gunzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { type Answer, Server } from "../src/node/server.js";

/** What comes back on one connection, as bytes, until it is closed. */
async function exchange(answer: Answer, request: string): Promise<[string, Server]> {
  const server = await Server.start([answer]);
  const socket = connect(Number(server.address.split(":")[1]), "127.0.0.1");
  const pieces: Buffer[] = [];
  socket.write(request);
  try {
    for await (const piece of socket) pieces.push(piece as Buffer);
  } catch (error) {
    pieces.push(Buffer.from((error as { code?: string }).code ?? "failed"));
  }
  await server.close();
  return [Buffer.concat(pieces).toString("latin1"), server];
}

const GET = "GET /a?b HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nConnection: close\r\n\r\n";

test.each<[string, Answer, RegExp]>([
  [
    "a text",
    { text: "\u00e9" },
    /^HTTP\/1.1 200 OK\r\ncontent-length: 2\r\n[^]*\r\n\r\n\u00c3\u00a9$/,
  ],
  ["a status", { status: 404 }, /^HTTP\/1.1 404 /],
  ["a header", { headers: { "X-Here": "{url}/x" } }, /X-Here: http:\/\/127\.0\.0\.1:\d+\/x\r\n/],
  ["bytes", { hex: "ff00" }, /\r\n\r\n\u00ff\0$/],
  ["chunks", { chunks: ["ab", "c"] }, /\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n$/],
  ["a repetition", { repeat: ["ab", 3] }, /\r\n\r\nababab$/],
  [
    "a length of its own",
    { text: "a", headers: { "Content-Length": "1" } },
    /OK\r\nContent-Length: 1\r\n/,
  ],
  ["raw bytes", { raw: "HTTP/1.1 999 {url}" }, /^HTTP\/1.1 999 http:\/\/127\.0\.0\.1:\d+$/],
  ["a cut", { text: "hello", cut: 2 }, /content-length: 5\r\n[^]*\r\n\r\nhe$/],
  ["a reset", { reset: true }, /^ECONNRESET$/],
])("it answers with %s", async (_, answer, expected) => {
  const [received] = await exchange(answer, GET);
  expect(received).toMatch(expected);
});

test("it compresses", async () => {
  const [received] = await exchange({ text: "hello", gzip: true }, GET);
  const body = received.slice(received.indexOf("\r\n\r\n") + 4);
  expect(received).toContain("content-encoding: gzip\r\n");
  expect(gunzipSync(Buffer.from(body, "latin1")).toString()).toBe("hello");
});

test("it remembers what it was asked", async () => {
  const put =
    "PUT /p HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
  const [, server] = await exchange({}, put);
  const [request] = server.requests();
  expect(request).toMatchObject({ method: "PUT", target: "/p", body: "ok" });
  expect(request?.headers["x-a"]).toBe("1");
});

test("it has a status of its own when no answer is left", async () => {
  const server = await Server.start([]);
  expect((await fetch(server.url)).status).toBe(599);
  await server.close();
});

test("one that hangs can be closed", async () => {
  const server = await Server.start([{ hang: true }]);
  const pending = fetch(server.url).catch((error: unknown) => error);
  while (server.requests().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await server.close();
  expect(await pending).toBeInstanceOf(TypeError);
});
