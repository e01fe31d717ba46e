/**
 * Text from bytes by the name of their charset.
 *
 * @packageDocumentation
 */

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

// What browsers read as windows-1252 under these names is not what the names mean.
const LATIN_1 =
  /^(?:iso[-_]?8859-1(?::1987)?|latin[-_]?1|l1|cp819|ibm819|iso-ir-100|csisolatin1)$/i;
const ASCII = /^(?:us-ascii|us|ascii|ansi_x3\.4-19(?:68|86)|iso-ir-6|iso646-us|cp367|ibm367)$/i;

/**
 * Decode a body by the charset of its `content-type`, or else as UTF-8.
 *
 * A byte order mark at the beginning is dropped; bytes that do not decode become U+FFFD.
 */
export function decodeText(content: Uint8Array, contentType: string | undefined): string {
  const charset = CHARSET.exec(contentType ?? "")?.[1] ?? "utf-8";
  if (LATIN_1.test(charset)) return byByte(content, 0xff);
  if (ASCII.test(charset)) return byByte(content, 0x7f);
  return decoderFor(charset, content).decode(content);
}

function decoderFor(charset: string, content: Uint8Array): InstanceType<typeof TextDecoder> {
  try {
    const bigEndian = /^utf-?16$/i.test(charset) && content[0] === 0xfe && content[1] === 0xff;
    return new TextDecoder(bigEndian ? "utf-16be" : charset);
  } catch {
    return new TextDecoder(); // the name is unknown
  }
}

const PIECE = 8192; // arguments that a call surely takes

/** Each byte is a character of its own, up to the last one that the charset has. */
function byByte(content: Uint8Array, last: number): string {
  let text = "";
  for (let start = 0; start < content.length; start += PIECE) {
    text += String.fromCharCode(...content.subarray(start, start + PIECE));
  }
  return last === 0xff ? text : text.replace(/[\x80-\xff]/g, "\ufffd");
}
