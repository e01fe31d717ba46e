/**
 * Ways to a server: directly, or through a proxy's tunnel.
 *
 * @packageDocumentation
 */

import { request } from "node:http";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";

import type { Milliseconds } from "@dagstack/contracts";
import { buildConnector } from "undici";

import type { Target } from "../../http/url.js";
import { LONGEST_TIMER } from "../../timers.js";
import { ConnectFailure, TunnelLate, TunnelRefused } from "./failures.js";

type Connector = buildConnector.connector;

/**
 * The sockets that are not connected yet, which undici only knows afterwards: without this, they
 * would outlive their pool, and keep the process alive.
 */
export class Pending {
  readonly #sockets = new Set<Socket>();
  #destroyed = false;

  /**
   * Take note of a socket.
   *
   * @returns What to call once it is connected; one that closes is forgotten by itself.
   */
  add(socket: Socket): () => void {
    const forget = (): void => void this.#sockets.delete(socket);
    this.#sockets.add(socket);
    socket.once("close", forget);
    if (this.#destroyed) this.#destroy(socket);
    return () => {
      forget();
      socket.off("close", forget);
    };
  }

  /** Close them all, and what is added from now on. */
  destroy(): Promise<void> {
    this.#destroyed = true;
    for (const socket of this.#sockets) this.#destroy(socket);
    return Promise.resolve();
  }

  #destroy(socket: Socket): void {
    // With an error, or whoever waits for it would not hear of it.
    socket.destroy(new Error("the client was closed"));
  }
}

/** What all connections of a client have in common. */
export interface Connecting {
  readonly secureContext: SecureContext;
  readonly timeout: Milliseconds;
  readonly pending: Pending;
}

/** Connect directly; `proxied` says whether it is a proxy that is reached so. */
export function directly(connecting: Connecting, proxied = false): Connector {
  const { secureContext, timeout, pending } = connecting;
  const connect = buildConnector({
    secureContext,
    // Said here, or the environment could switch it off.
    rejectUnauthorized: true,
    timeout: Math.min(timeout, LONGEST_TIMER),
  }) as (...args: Parameters<Connector>) => Socket; // which its type conceals
  return (options, callback) => {
    const done = pending.add(
      connect(options, (...[error, socket]) => {
        done();
        if (error !== null) callback(new ConnectFailure(error, proxied), null);
        else callback(null, socket);
      }),
    );
  };
}

/** Connect to a server over TLS, through a tunnel that a proxy opens. */
export function throughTunnel(proxy: Target, connecting: Connecting): Connector {
  const reachProxy = directly(connecting, true);
  const secure = directly(connecting);
  const place = {
    hostname: proxy.host,
    host: proxy.origin.slice(`${proxy.scheme}://`.length),
    protocol: `${proxy.scheme}:`,
    port: String(proxy.port),
  };
  return (options, callback) => {
    const { host = "", port } = options;
    const server = port === "" ? `${host}:443` : host;
    reachProxy(place, (...[error, socket]) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      openTunnel(socket, server, proxy, connecting).then(
        (httpSocket) => {
          secure({ ...options, httpSocket }, callback);
        },
        (cause: unknown) => {
          callback(new ConnectFailure(cause, true), null);
        },
      );
    });
  };
}

/** Ask a proxy to pass on what follows; the socket is closed if it does not. */
function openTunnel(
  socket: Socket,
  server: string,
  proxy: Target,
  { timeout, pending }: Connecting,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const done = pending.add(socket);
    const headers = { host: server, ...proxyHeaders(proxy) };
    const createConnection = (): Socket => socket;
    const asking = request({ method: "CONNECT", path: server, headers, createConnection });
    const fail = (error: Error): void => {
      clearTimeout(late);
      socket.destroy();
      reject(error);
    };
    const late = setTimeout(
      () => {
        fail(new TunnelLate("no tunnel in time"));
      },
      Math.min(timeout, LONGEST_TIMER),
    );
    asking.once("error", fail);
    asking.once("connect", ({ statusCode = 0 }) => {
      if (statusCode >= 200 && statusCode < 300) {
        clearTimeout(late);
        done();
        resolve(socket);
      } else {
        fail(new TunnelRefused(statusCode));
      }
    });
    asking.end();
  });
}

/** What a proxy wants to see besides. */
export function proxyHeaders(proxy: Target): Record<string, string> {
  return proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization };
}
