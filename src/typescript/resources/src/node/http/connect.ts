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

/** Connect directly; `proxied` says whether it is a proxy that is reached so. */
export function directly(
  secureContext: SecureContext,
  timeout: Milliseconds,
  proxied = false,
): Connector {
  const connect = buildConnector({
    secureContext,
    // Said here, or the environment could switch it off.
    rejectUnauthorized: true,
    timeout: Math.min(timeout, LONGEST_TIMER),
  });
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error !== null) callback(new ConnectFailure(error, proxied), null);
      else callback(null, socket);
    });
  };
}

/** Connect to a server over TLS, through a tunnel that a proxy opens. */
export function throughTunnel(
  proxy: Target,
  secureContext: SecureContext,
  timeout: Milliseconds,
): Connector {
  const reachProxy = directly(secureContext, timeout, true);
  const secure = directly(secureContext, timeout);
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
      openTunnel(socket, server, proxy, timeout).then(
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
  timeout: Milliseconds,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
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
