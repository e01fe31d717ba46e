/**
 * What the SDK's errors say, in few words: they carry answers of the service, hosts and keys.
 *
 * @packageDocumentation
 */

const UNREACHABLE = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"]);
const LATE = new Set(["TimeoutError", "RequestTimeout", "ETIMEDOUT"]);
const BROKEN = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "HPE_INVALID_EOF"]);

/** The status of the answer that is the trouble, if there was an answer. */
export function statusOf(error: unknown): number | undefined {
  const status = partOf(partOf(error, "$metadata"), "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/** The service's own name for the error, such as `NoSuchBucket`, if it gave one. */
export function codeOf(error: unknown): string | undefined {
  const name = partOf(error, "name");
  const given = typeof name === "string" && /^[A-Za-z0-9]{1,64}$/.test(name);
  return given && !/^(?:Unknown(?:Error)?|Error|NotFound|[0-9]+)$/.test(name) ? name : undefined;
}

/** Say what happened in a few words, without URLs, keys and credentials. */
export function explain(error: unknown): string {
  const status = statusOf(error);
  const name = codeOf(error);
  if (status !== undefined && status >= 300 && status < 400) {
    return "the service redirects, so the region or the endpoint is probably wrong";
  }
  if (status !== undefined && status >= 400) {
    return `the service answered ${status}${name === undefined ? "" : ` (${name})`}`;
  }
  const given = partOf(error, "code");
  const code = typeof given === "string" ? given : "";
  if (UNREACHABLE.has(code)) return "the service: it cannot be reached";
  // The SDK calls broken connections timeouts, too.
  if (BROKEN.has(code)) return "the service: the connection broke";
  if (LATE.has(code) || LATE.has(name ?? "")) return "the service: it did not answer in time";
  if (name === "CredentialsProviderError") return "there are no credentials";
  return `the library reports ${name ?? "an error"}`;
}

/** The details of an error of ours with one of the SDK as its cause. */
export function causedBy(error: unknown): ErrorOptions {
  const response = partOf(error, "$response");
  // Its body, read by now, leads to the request, with the signature and the session's token.
  if (typeof response === "object" && response !== null) Reflect.set(response, "body", undefined);
  return error === undefined ? {} : { cause: error };
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
