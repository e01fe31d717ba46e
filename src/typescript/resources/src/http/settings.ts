/**
 * What a host settles once about its HTTP client: plain objects, checked when a client is made.
 *
 * @packageDocumentation
 */

import { InvalidArgument, type Milliseconds } from "@dagstack/contracts";

import { checkedHeaders, type SentHeaders } from "./headers.js";
import { aboveZero, atLeast, type Checked } from "./numbers.js";
import { checkedRetry, type RetryPolicy } from "./retry.js";
import { parseUrl, type Target } from "./url.js";

/** How long each phase of a request may take; each more than zero. */
export interface HttpTimeouts {
  /** To get a connection: waiting for a free one, looking up the name, TCP and TLS. 10,000. */
  readonly connect?: Milliseconds | undefined;

  /** Between two pieces of the request's body that the server takes. 30,000 without. */
  readonly send?: Milliseconds | undefined;

  /** Between two pieces of the response that arrive, the first one included. 30,000 without. */
  readonly receive?: Milliseconds | undefined;

  /** The whole call: all attempts, all redirects and the waits between them. 60,000 without. */
  readonly total?: Milliseconds | undefined;
}

/** How much the client may use at a time; each more than zero. */
export interface HttpLimits {
  /** Requests under way at most, each with its connection; 100 without. */
  readonly connections?: number | undefined;

  /** Of these to one scheme, host and port at most; 100 without. */
  readonly connectionsPerHost?: number | undefined;

  /** After which an unused connection is closed; 15,000 without. */
  readonly idle?: Milliseconds | undefined;

  /** Size of a response's body at most, after decompression too; 32 MiB without. */
  readonly bodyBytes?: number | undefined;
}

/** Which redirects are followed. */
export interface RedirectPolicy {
  /** How many at most for one call; with 0 a redirect is a response like any other. 10 without. */
  readonly limit?: number | undefined;

  /** Whether one may lead from https to http; not without. */
  readonly allowDowngrade?: boolean | undefined;

  /**
   * Names of headers, besides `authorization`, `cookie` and `proxy-authorization`, that no other
   * origin may see.
   */
  readonly credentialHeaders?: readonly string[] | undefined;
}

/**
 * Whom the client trusts, and who it says it is.
 *
 * Without any, it trusts the authorities that Node.js does. Certificates and host names are always
 * verified, with TLS 1.2 or later; whoever needs anything else brings a `secureContext`.
 */
export interface TlsSettings {
  /** The path of a PEM file of certificate authorities, trusted instead of those of Node.js. */
  readonly caBundle?: string | undefined;

  /** The path of a PEM file with the client's certificate chain. */
  readonly clientCertificate?: string | undefined;

  /** The path of a PEM file with its key, where that is another file. */
  readonly clientKey?: string | undefined;

  /** What opens the key. */
  readonly clientKeyPassword?: string | undefined;

  /** What `tls.createSecureContext` made for the host, used as it is; excludes all others. */
  readonly secureContext?: { readonly context: unknown } | undefined;
}

/** A proxy for all requests. The environment's `HTTP_PROXY` and the like are never read. */
export interface ProxySettings {
  /** Where it is, http or https, with user and password if it asks for them. */
  readonly url: string;

  /**
   * Hosts that are reached directly, in any case: a name means itself, one that begins with a dot
   * all names that end in it.
   */
  readonly bypass?: readonly string[] | undefined;
}

/** All that a host settles about its client; every part has a default fit for production. */
export interface HttpSettings {
  /** Sent with every request, unless the call has one of the same name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;

  /** How long things may take. */
  readonly timeouts?: HttpTimeouts | undefined;

  /** How much may be used. */
  readonly limits?: HttpLimits | undefined;

  /** When a request is tried again. */
  readonly retry?: RetryPolicy | undefined;

  /** Which redirects are followed. */
  readonly redirects?: RedirectPolicy | undefined;

  /** Whom to trust. */
  readonly tls?: TlsSettings | undefined;

  /** Through which proxy to go. */
  readonly proxy?: ProxySettings | undefined;
}

/** The same, checked, with defaults filled in. */
export interface CheckedSettings {
  readonly headers: SentHeaders;
  readonly timeouts: Checked<HttpTimeouts>;
  readonly limits: Checked<HttpLimits>;
  readonly retry: Checked<RetryPolicy>;
  readonly redirects: Checked<RedirectPolicy>;
  readonly tls: TlsSettings;
  readonly proxy: CheckedProxy | undefined;
}

/** A proxy, and which requests go through it. */
export interface CheckedProxy {
  readonly target: Target;
  readonly serves: (target: Target) => boolean;
}

/**
 * Check settings, and keep copies that nobody else can change.
 *
 * @throws {@link InvalidArgument} if a value makes no sense.
 * @throws `InvalidHeader` if `headers` holds a name or a value that cannot be sent.
 * @throws `InvalidUrl` if the proxy is not an absolute http or https URL.
 */
export function checkedSettings(given: HttpSettings): CheckedSettings {
  const { timeouts = {}, limits = {}, redirects = {} } = given;
  return Object.freeze({
    headers: checkedHeaders(given.headers ?? {}),
    timeouts: {
      connect: aboveZero("connect", timeouts.connect ?? 10_000),
      send: aboveZero("send", timeouts.send ?? 30_000),
      receive: aboveZero("receive", timeouts.receive ?? 30_000),
      total: aboveZero("total", timeouts.total ?? 60_000),
    },
    limits: {
      connections: aboveZero("connections", limits.connections ?? 100),
      connectionsPerHost: aboveZero("connectionsPerHost", limits.connectionsPerHost ?? 100),
      idle: aboveZero("idle", limits.idle ?? 15_000),
      bodyBytes: aboveZero("bodyBytes", limits.bodyBytes ?? 32 * 1024 * 1024),
    },
    retry: checkedRetry(given.retry),
    redirects: {
      limit: atLeast(0, "limit", redirects.limit ?? 10),
      allowDowngrade: redirects.allowDowngrade ?? false,
      credentialHeaders: (redirects.credentialHeaders ?? []).map((name) => name.toLowerCase()),
    },
    tls: checkedTls({ ...given.tls }),
    proxy: given.proxy && checkedProxy(given.proxy),
  });
}

function checkedTls(tls: TlsSettings): TlsSettings {
  const { caBundle, clientCertificate, clientKey, secureContext } = tls;
  if (clientKey !== undefined && clientCertificate === undefined) {
    throw new InvalidArgument({ argument: "clientKey", reason: "it needs a clientCertificate" });
  }
  if (secureContext !== undefined && (caBundle ?? clientCertificate) !== undefined) {
    const reason = "it excludes the other settings of TLS";
    throw new InvalidArgument({ argument: "secureContext", reason });
  }
  return tls;
}

function checkedProxy(proxy: ProxySettings): CheckedProxy {
  const bypass = (proxy.bypass ?? []).map((name) => name.toLowerCase());
  const isMeant = (host: string, name: string): boolean =>
    host === name || (name.startsWith(".") && host.endsWith(name));
  return {
    target: parseUrl(proxy.url),
    serves: ({ host }) => !bypass.some((name) => isMeant(host, name)),
  };
}
