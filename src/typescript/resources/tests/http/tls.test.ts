/** TLS with a private authority: who is trusted, who one is, and what never connects. */

import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { createSecureContext } from "node:tls";

import { HttpTlsFailed, InvalidArgument } from "@dagstack/contracts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import type { TlsSettings } from "../../src/http/settings.js";
import { PooledHttpClient } from "../../src/node/http/client.js";
import { Authority } from "./authority.js";
import { clientOver, failure } from "./clients.js";
import { always, type Answer, serve } from "./server.js";

/** What of a TLS socket says who is there. */
interface PeerSocket {
  getPeerCertificate(): { readonly subjectaltname?: string };
}

let authority: Authority;
let foreign: Authority;

beforeAll(async () => {
  [authority, foreign] = await Promise.all([Authority.make(), Authority.make()]);
});

afterAll(async () => {
  await Promise.all([authority.remove(), foreign.remove()]);
});

const trusting = (): TlsSettings => ({ caBundle: authority.path("ca.pem") });

async function status(url: string, tls: TlsSettings): Promise<number> {
  return (await clientOver("pool", { tls }).get(url)).statusCode;
}

async function refusal(url: string, tls: TlsSettings): Promise<HttpTlsFailed> {
  const error = await failure(HttpTlsFailed, status(url, tls));
  expect(error.attempts).toBe(1);
  return error;
}

test("a certificate of the private authority is trusted", async () => {
  const server = await serve(always(), { tls: await authority.server() });
  expect(await status(server.url(), trusting())).toBe(200);
});

test("an unknown authority is not trusted, whatever the environment says", async () => {
  const warning = vi.spyOn(process, "emitWarning").mockReturnValue();
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  const server = await serve(always(), { tls: await authority.server() });
  const error = await refusal(server.url(), {});
  expect(error.detail).toMatch(/^the certificate is not trusted: /);
  expect(server.requests).toEqual([]);
  vi.unstubAllEnvs();
  warning.mockRestore();
});

test("a bundle replaces the authorities of Node.js, and each other's", async () => {
  const server = await serve(always(), { tls: await foreign.server() });
  await refusal(server.url(), trusting());
});

test("an expired certificate is refused", async () => {
  const server = await serve(always(), { tls: await authority.server("expired") });
  expect((await refusal(server.url(), trusting())).detail).toMatch(/expired/);
});

test("a certificate of another host is refused", async () => {
  const server = await serve(always(), { tls: await authority.server("other") });
  const error = await refusal(server.url(), trusting());
  expect(error.detail).toBe("the certificate is not trusted: it is not valid for the host");
});

test("a client certificate is shown to whoever asks", async () => {
  const subjects: string[] = [];
  const answer: Answer = (exchange) => {
    const socket: unknown = exchange.socket;
    subjects.push(String((socket as PeerSocket).getPeerCertificate().subjectaltname));
    return always()(exchange);
  };
  const tls = { ...(await authority.server()), requestCert: true, rejectUnauthorized: true };
  const server = await serve(answer, { tls });
  const files = {
    clientCertificate: authority.path("client.pem"),
    clientKey: authority.path("client.key"),
  };
  expect(await status(server.url(), { ...trusting(), ...files })).toBe(200);
  const both = { ...trusting(), clientCertificate: authority.path("client.both") };
  expect(await status(server.url(), both)).toBe(200);
  expect(subjects).toEqual(Array(2).fill("email:plugin@example.test"));
});

test("an https URL of a plain server is a failure of TLS", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address() as { port: number };
  const error = await refusal(`https://127.0.0.1:${address.port}/`, {});
  expect(error.detail).toBe("wrong version number");
  server.close();
});

test("old versions of TLS are refused", async () => {
  const old = {
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
    ciphers: "DEFAULT:@SECLEVEL=0",
  } as const;
  const server = await serve(always(), { tls: { ...(await authority.server()), ...old } });
  await refusal(server.url(), trusting());
});

test("a context of the host is used as it is", async () => {
  const { ca } = await authority.server();
  const secureContext = createSecureContext(ca === undefined ? {} : { ca });
  const server = await serve(always(), { tls: await authority.server() });
  expect(await status(server.url(), { secureContext })).toBe(200);
});

test("files that cannot be used are refused at once", async () => {
  const [empty, broken] = [authority.path("empty.pem"), authority.path("broken.pem")];
  await writeFile(empty, "");
  await writeFile(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  const clientCertificate = authority.path("client.pem");
  const missing = authority.path("missing.pem");
  const wrong: readonly (readonly [string, TlsSettings])[] = [
    ["caBundle", { caBundle: missing }],
    ["caBundle", { caBundle: empty }],
    ["caBundle", { caBundle: broken }],
    ["clientCertificate", { clientCertificate: missing }],
    ["clientCertificate", { clientCertificate: empty }],
    ["clientKey", { clientCertificate, clientKey: missing }],
    ["clientCertificate", { clientCertificate, clientKey: empty }],
    ["clientCertificate", { clientCertificate, clientKey: foreign.path("client.key") }],
  ];
  for (const [argument, tls] of wrong) {
    const make = (): unknown => new PooledHttpClient({ tls });
    expect(make).toThrow(InvalidArgument);
    expect(make).toThrow(expect.objectContaining({ argument }));
  }
});

test("settings that exclude each other are refused", () => {
  const secureContext = createSecureContext();
  for (const [argument, tls] of [
    ["clientKey", { clientKey: authority.path("client.key") }],
    ["secureContext", { secureContext, caBundle: authority.path("ca.pem") }],
  ] as const) {
    const make = (): unknown => new PooledHttpClient({ tls });
    expect(make).toThrow(expect.objectContaining({ argument }));
  }
});
