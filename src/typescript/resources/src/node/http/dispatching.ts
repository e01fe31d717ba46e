/**
 * The engine on undici.
 *
 * @packageDocumentation
 */

import { type Milliseconds, ResourceClosed } from "@dagstack/contracts";
import { Agent, type Dispatcher } from "undici";

import type { Engine, Outgoing, Received } from "../../http/engine.js";
import { Gate } from "../../http/gate.js";
import type { CheckedSettings } from "../../http/settings.js";
import type { Target } from "../../http/url.js";
import { directly, Pending, proxyHeaders, throughTunnel } from "./connect.js";
import { makeSecureContext } from "./tls.js";
import { type Entry, Transfer } from "./transfer.js";

/** Chooses where a request goes in. */
type Routing = (target: Target) => Entry;

/** What an engine closes with itself. */
type Owned = Pick<Dispatcher, "destroy"> | Pending;

/** Carries requests over dispatchers of undici. */
export class DispatcherEngine implements Engine {
  readonly #settings: CheckedSettings;
  readonly #routing: Routing;
  readonly #owned: readonly Owned[];
  readonly #gate: Gate;
  readonly #running = new Set<Transfer>();

  /** @param owned - What to close with the engine, in this order. */
  constructor(settings: CheckedSettings, gate: Gate, routing: Routing, owned: readonly Owned[]) {
    this.#settings = settings;
    this.#routing = routing;
    this.#owned = owned;
    this.#gate = gate;
  }

  /** Send a request and read the whole response. */
  exchange(request: Outgoing, timeLeft: Milliseconds): Promise<Received> {
    return new Promise((resolve, reject) => {
      let leave = (): void => undefined;
      const transfer = new Transfer(request, this.#settings, timeLeft, (outcome) => {
        this.#running.delete(transfer);
        leave();
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
      this.#running.add(transfer);
      leave = this.#gate.enter(request.target.origin, () => {
        // Undici takes a connection for busy until the turn of the loop in which its response came
        // is over, and would open another one.
        setImmediate(() => {
          transfer.begin(this.#routing(request.target));
        });
      });
    });
  }

  /** End all requests, and close what is ours. */
  async close(): Promise<void> {
    const closed = new ResourceClosed({ resource: "PooledHttpClient" });
    for (const transfer of this.#running) transfer.fail(closed);
    await Promise.all(this.#owned.map((each) => each.destroy()));
  }
}

/**
 * Make an engine with pools of its own, as the settings say.
 *
 * @throws `InvalidArgument` if a file that they name cannot be used.
 */
export function pooledEngine(settings: CheckedSettings): DispatcherEngine {
  const { limits, timeouts, proxy } = settings;
  const pending = new Pending();
  const secureContext = makeSecureContext(settings.tls);
  const connecting = { secureContext, timeout: timeouts.connect, pending };
  const gate = new Gate(limits.connections, limits.connectionsPerHost);
  const pool = {
    keepAliveTimeout: limits.idle,
    keepAliveMaxTimeout: limits.idle,
    pipelining: 1,
    connections: Math.ceil(Math.min(limits.connections, limits.connectionsPerHost)),
  };
  const direct = new Agent({ ...pool, connect: directly(connecting) });
  const straight = (target: Target): Entry => entry(direct, target.origin, target.wholePath);
  if (proxy === undefined) {
    return new DispatcherEngine(settings, gate, straight, [direct, pending]);
  }
  const { connections } = limits; // the proxy is not the host that they are limited for
  const forwarding = new Agent({
    ...pool,
    connections,
    connect: directly(connecting, true),
  });
  const tunnel = throughTunnel(proxy.target, connecting);
  const tunnelling = new Agent({ ...pool, connect: tunnel });
  const routing = (target: Target): Entry => {
    if (!proxy.serves(target)) return straight(target);
    if (target.scheme === "https") return entry(tunnelling, target.origin, target.wholePath);
    // A plain request shows the proxy the whole URL, and would name the proxy as its host.
    const host = target.origin.slice("http://".length);
    const headers = { host, ...proxyHeaders(proxy.target) };
    return entry(forwarding, proxy.target.origin, target.text, headers);
  };
  const owned = [direct, forwarding, tunnelling, pending];
  return new DispatcherEngine(settings, gate, routing, owned);
}

/** Make an engine over a host's own dispatcher, which stays as the host set it up. */
export function engineOver(
  dispatcher: Dispatcher,
  settings: CheckedSettings,
  owned: boolean,
): DispatcherEngine {
  const gate = new Gate(Infinity, Infinity); // the dispatcher has limits of its own
  const routing = (target: Target): Entry => entry(dispatcher, target.origin, target.wholePath);
  return new DispatcherEngine(settings, gate, routing, owned ? [dispatcher] : []);
}

function entry(
  dispatcher: Dispatcher,
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Entry {
  return { dispatcher, origin, path, headers };
}
