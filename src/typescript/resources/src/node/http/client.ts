/**
 * The production client.
 *
 * @packageDocumentation
 */

import { type HttpClient, InvalidArgument } from "@dagstack/contracts";
import type { Dispatcher } from "undici";

import { type HttpClientParts, PipelineHttpClient } from "../../http/client.js";
import type { Engine } from "../../http/engine.js";
import { type CheckedSettings, checkedSettings, type HttpSettings } from "../../http/settings.js";
import { engineOver, pooledEngine } from "./dispatching.js";
import { FetchEngine, type FetchFunction } from "./fetching.js";

/** What a client is made from besides its settings. */
export interface PooledHttpClientParts extends HttpClientParts {
  /** Carries the requests, in place of undici; closed with the client. */
  readonly engine?: Engine | undefined;
}

/** The parts of a client over a dispatcher that the host owns. */
export interface HandedOverParts extends HttpClientParts {
  /** Whether closing this client closes the host's dispatcher, too; not without. */
  readonly owned?: boolean | undefined;
}

/**
 * The production {@link HttpClient}: pooled connections, TLS, limits, redirects and retries.
 *
 * One instance serves a whole host; each worker thread makes its own. Calls that run when it is
 * closed end with `ResourceClosed`. Idle connections do not keep a process alive.
 *
 * @example A host that trusts a private authority and waits at most ten seconds in all.
 * ```ts
 * await using httpClient = new PooledHttpClient({
 *   tls: { caBundle: "corporate.pem" },
 *   timeouts: { total: 10_000 },
 * });
 * const response = await httpClient.get("https://intranet.example/status");
 * ```
 */
export class PooledHttpClient extends PipelineHttpClient implements HttpClient {
  /**
   * Make a client; connections come with the first request.
   *
   * @param settings - What the host settles; the defaults are fit for production.
   * @param parts - Where time and chance come from, and what carries the requests.
   * @throws {@link InvalidArgument} if a setting makes no sense, or a file that it names cannot be
   * used.
   */
  constructor(settings: HttpSettings = {}, parts: PooledHttpClientParts = {}) {
    const checked = checkedSettings(settings);
    super("PooledHttpClient", parts.engine ?? pooledEngine(checked), checked, parts);
  }

  /**
   * Make a client over a host's own dispatcher of undici 7, or a function like `fetch`.
   *
   * Its TLS, proxies, pool and interceptors stay as the host set them up; `tls`, `proxy` and the
   * limits of connections of the settings do not apply. It should neither follow redirects nor
   * retry, because this client does. A function is never closed.
   *
   * @param carrier - The host's own.
   * @param settings - What applies beside it: time limits, retries, redirects, headers, body size.
   * @param parts - Where time and chance come from, and whether to close the dispatcher.
   * @throws {@link InvalidArgument} if `carrier` is neither.
   */
  static over(
    carrier: Dispatcher | FetchFunction,
    settings: HttpSettings = {},
    parts: HandedOverParts = {},
  ): PooledHttpClient {
    const { owned = false, ...others } = parts;
    const engine = engineFor(carrier, checkedSettings(settings), owned);
    return new PooledHttpClient(settings, { ...others, engine });
  }
}

function engineFor(carrier: unknown, settings: CheckedSettings, owned: boolean): Engine {
  if (typeof carrier === "function") return new FetchEngine(carrier as FetchFunction, settings);
  if (isDispatcher(carrier)) return engineOver(carrier, settings, owned);
  const reason = "it is neither a dispatcher of undici nor a function like fetch";
  throw new InvalidArgument({ argument: "carrier", reason });
}

function isDispatcher(carrier: unknown): carrier is Dispatcher {
  return (
    typeof carrier === "object" &&
    carrier !== null &&
    typeof Reflect.get(carrier, "dispatch") === "function"
  );
}
