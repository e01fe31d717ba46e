/**
 * What the settings ask of TLS.
 *
 * @packageDocumentation
 */

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContext } from "node:tls";

import { InvalidArgument } from "@dagstack/contracts";

import type { TlsSettings } from "../../http/settings.js";

const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Make what verifies certificates and names, with TLS 1.2 or later.
 *
 * @throws {@link InvalidArgument} if a file cannot be read or holds no certificate or key.
 */
export function makeSecureContext(settings: TlsSettings): SecureContext {
  if (settings.secureContext !== undefined) return settings.secureContext;
  const { caBundle, clientCertificate, clientKey, clientKeyPassword } = settings;
  const ca = caBundle === undefined ? undefined : certificates("caBundle", caBundle);
  const base = { minVersion: "TLSv1.2", ...(ca !== undefined && { ca }) } as const;
  if (clientCertificate === undefined) return createSecureContext(base);
  const cert = certificates("clientCertificate", clientCertificate);
  const key = clientKey === undefined ? cert : read("clientKey", clientKey);
  try {
    if (!KEY.test(key)) throw new Error("there is no private key"); // it would go without one
    return createSecureContext({
      ...base,
      cert,
      key,
      ...(clientKeyPassword !== undefined && { passphrase: clientKeyPassword }),
    });
  } catch (error) {
    const reason = "it does not hold a certificate with its key, or not ones that fit";
    throw new InvalidArgument({ argument: "clientCertificate", reason }, { cause: error });
  }
}

/** Read a file; OpenSSL would take one without certificates for one that trusts nobody. */
function certificates(argument: string, path: string): string {
  const text = read(argument, path);
  const found = text.match(CERTIFICATE) ?? [];
  try {
    for (const one of found) new X509Certificate(one);
    if (found.length > 0) return text;
  } catch {
    // Told below.
  }
  throw new InvalidArgument({ argument, reason: "it does not hold certificates" });
}

function read(argument: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "no reason given";
    throw new InvalidArgument({ argument, reason: `it cannot be read: ${code}` }, { cause: error });
  }
}
