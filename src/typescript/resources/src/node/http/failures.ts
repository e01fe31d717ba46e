/**
 * What the errors of undici, of Node.js and of OpenSSL mean, in words that hold nothing of a URL.
 *
 * @packageDocumentation
 */

import { getSystemErrorMap } from "node:util";

import { EngineError, type Failure } from "../../http/engine.js";
import type { Target } from "../../http/url.js";

const UNTRUSTED =
  /^(?:CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/;
const TLS = /^(?:ERR_SSL_|ERR_TLS_|EPROTO$)/;

const NOT_HTTP = "it is not HTTP";
const CUT_OFF = "the connection broke in the middle of the body";
const MEANINGS: ReadonlyMap<string, readonly [Failure, string]> = new Map([
  ["ENOTFOUND", ["connection", "the name of the host is not known"]],
  ["EAI_AGAIN", ["connection", "the name of the host cannot be looked up now"]],
  ["UND_ERR_CONNECT_TIMEOUT", ["timeout", "no connection in time"]],
  ["UND_ERR_HEADERS_TIMEOUT", ["timeout", "nothing received in time"]],
  ["UND_ERR_BODY_TIMEOUT", ["timeout", "nothing received in time"]],
  ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", ["connection", CUT_OFF]],
  ["UND_ERR_HEADERS_OVERFLOW", ["malformed", "its headers are too large"]],
]);

/** No connection could be made. What undici itself makes of its errors depends on their code. */
export class ConnectFailure extends Error {
  override readonly name = "ConnectFailure";
  readonly proxied: boolean;

  constructor(cause: unknown, proxied: boolean) {
    super("no connection", { cause });
    this.proxied = proxied;
  }
}

/** A proxy that takes too long to open a tunnel. */
export class TunnelLate extends Error {
  override readonly name = "TunnelLate";
}

/** A proxy that does not open a tunnel. */
export class TunnelRefused extends Error {
  override readonly name = "TunnelRefused";
  readonly status: number;

  constructor(status: number) {
    super(`the proxy answered with status ${status}`);
    this.status = status;
  }
}

/**
 * Say what an error of the libraries underneath means for a request to `target`.
 *
 * @param begun - Whether the head of the response was whole by then.
 */
export function meaningOf(error: unknown, target: Target, begun: boolean): EngineError {
  const cause = withoutUrl(error, target);
  // Undici blames the length for whatever is wrong after that header.
  if (!begun && codesOf(error).includes("UND_ERR_RES_CONTENT_LENGTH_MISMATCH")) {
    return new EngineError("malformed", NOT_HTTP, cause);
  }
  if (error instanceof ConnectFailure) {
    const [failure, detail] = meaning(error.cause);
    const refused = error.cause instanceof TunnelRefused;
    const proxied = error.proxied && !refused && failure === "connection";
    return new EngineError(
      failure,
      proxied ? `the proxy cannot be reached: ${detail}` : detail,
      cause,
    );
  }
  return new EngineError(...meaning(error), cause);
}

function meaning(error: unknown, depth = 0): readonly [Failure, string] {
  if (error instanceof TunnelRefused) return ["connection", error.message];
  if (error instanceof TunnelLate) return ["timeout", "no connection in time"];
  const code = codeOf(error);
  const known = MEANINGS.get(code);
  if (known !== undefined) return known;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return ["tls", "the certificate is not trusted: it is not valid for the host"];
  }
  if (UNTRUSTED.test(code))
    return ["tls", `the certificate is not trusted: ${wordsOf(error, code)}`];
  if (TLS.test(code)) return ["tls", reasonOf(error, code)];
  const wrong = protocolWords(error);
  if (wrong !== undefined) return wrong;
  const system = systemWords(error);
  if (system !== undefined) return ["connection", system];
  const below = depth < 8 ? causeOf(error) : undefined;
  if (below !== undefined) return meaning(below, depth + 1);
  return ["connection", socketWords(error)];
}

function codesOf(error: unknown): readonly string[] {
  return [codeOf(error), codeOf(causeOf(error))];
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "";
}

/** What is behind an error: several addresses were tried in vain, or one library wraps another. */
function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError) return error.errors[0];
  return error instanceof Error ? error.cause : undefined;
}

function wordsOf(error: unknown, code: string): string {
  const [line = ""] = error instanceof Error ? error.message.split("\n", 1) : [];
  return line === "" ? code : line;
}

/** OpenSSL's own words; the message around them holds numbers and file names. */
function reasonOf(error: unknown, code: string): string {
  const reason: unknown = error instanceof Error ? Reflect.get(error, "reason") : undefined;
  const words = typeof reason === "string" ? reason : code.replace(/^ERR_(?:SSL|TLS)_/, "");
  return words.replaceAll("_", " ").toLowerCase();
}

/** What undici says about messages that are wrong; most of these errors have no code of their own. */
function protocolWords(error: unknown): readonly [Failure, string] | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "HTTPParserError") {
    const cut = error.message.includes("Invalid EOF state");
    return cut ? ["connection", CUT_OFF] : ["malformed", NOT_HTTP];
  }
  const unasked = error.message === "bad response" || error.message === "bad upgrade";
  return unasked ? ["malformed", "it is no answer to the request"] : undefined;
}

function systemWords(error: unknown): string | undefined {
  const errno: unknown = error instanceof Error ? Reflect.get(error, "errno") : undefined;
  return typeof errno === "number" ? getSystemErrorMap().get(errno)?.[1] : undefined;
}

function socketWords(error: unknown): string {
  const closed = error instanceof Error && error.message === "other side closed";
  return closed ? "the server closed the connection too early" : "the connection broke";
}

/** The error, or what caused it where it shows the URL with its query. */
function withoutUrl(error: unknown, target: Target): unknown {
  let shown = error;
  while (
    shown instanceof Error &&
    target.wholePath !== "/" &&
    shown.message.includes(target.wholePath)
  ) {
    shown = shown.cause;
  }
  return shown;
}
