/**
 * The layout of a folder of blobs: which file holds a key, and what the file holds.
 *
 * `docs/filesystem-layout.md` says the same for people, and for the other languages.
 *
 * @packageDocumentation
 */

import { isKey } from "../../blobs/keys.js";

/** The folder below the root where files are written before they get their names. */
export const STAGING = "%tmp";

/** Bytes that the path of a root may have; no path below it then exceeds the 4096 of PATH_MAX. */
export const LONGEST_ROOT = 900;

/** Bytes of a segment that one name holds at most; a longer segment goes through folders. */
const PIECE = 80;

const MAGIC = Buffer.from("dagblob1");
const LENGTH_END = MAGIC.length + 4;

/** Bytes at the beginning of a file in which the header ends. */
export const HEADER_LIMIT = 65536;

const FOLDER = "%d";
const FILE = "%f";
const MORE = "%+";

const PLAIN = /^[a-z0-9_-]{1,80}$/;
const NAME = /^((?:[a-z0-9_-]|%[0-9a-f]{2})+)(%[df+])$/;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Where a key's file is. */
export interface Place {
  /** The folders from the root down. */
  readonly folders: readonly string[];

  /** The file's name in the last one. */
  readonly file: string;
}

/** A name that follows the layout, read back. */
export interface Entry {
  readonly isFile: boolean;

  /** What it adds to the key; a folder that ends a segment adds the slash as well. */
  readonly text: Buffer;
}

/** What a file says about the blob in it. */
export interface Header {
  readonly key: string;
  readonly contentType: string;

  /** Bytes of the blob. */
  readonly size: number;

  /** Where in the file the blob begins. */
  readonly start: number;
}

/** A file that does not hold a blob; the message says why. */
export class MalformedFile extends Error {}

/** Say where the file of a valid key is. No two keys share a file, nor a file a folder. */
export function placeOf(key: string): Place {
  const segments = key.split("/");
  const last = namesOf(segments.pop() ?? "", FILE);
  const file = last.pop() ?? "";
  return { folders: [...segments.flatMap((segment) => namesOf(segment, FOLDER)), ...last], file };
}

/** Say in which folder all keys with this prefix are: that of its whole segments. */
export function foldersOf(prefix: string): string[] {
  const segments = prefix.split("/").slice(0, -1);
  return segments.flatMap((segment) => namesOf(segment, FOLDER));
}

function namesOf(segment: string, ending: string): string[] {
  if (PLAIN.test(segment)) return [segment + ending];
  const raw = Buffer.from(segment);
  const names: string[] = [];
  for (let start = 0; start < raw.length; start += PIECE) {
    const more = start + PIECE < raw.length;
    names.push(spell(raw.subarray(start, start + PIECE)) + (more ? MORE : ending));
  }
  return names;
}

function spell(raw: Buffer): string {
  return raw
    .toString("latin1")
    .replace(/[^a-z0-9_-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Read a name of a file or folder; `undefined` if no key leads to it. */
export function readName(name: string): Entry | undefined {
  const [, spelled, ending] = NAME.exec(name) ?? [];
  if (spelled === undefined) return undefined;
  const raw = Buffer.from(
    spelled.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16))),
    "latin1",
  );
  const cutRight = ending === MORE ? raw.length === PIECE : raw.length <= PIECE;
  if (!cutRight || spell(raw) !== spelled || raw.includes("/")) return undefined;
  const text = ending === FOLDER ? Buffer.concat([raw, Buffer.from("/")]) : raw;
  return { isFile: ending === FILE, text };
}

/** Return the key that the names on the way to a file add up to; `undefined` if it is not one. */
export function keyOf(raw: Buffer): string | undefined {
  try {
    const key = strictUtf8.decode(raw);
    return isKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Return the beginning of a blob's file; the blob follows. */
export function writeHeader(key: string, contentType: string, size: number): Buffer {
  // Byte for byte what Python writes, though no reader may rely on that.
  const text = JSON.stringify({ content_type: contentType, key, size }).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([MAGIC, length, Buffer.from(text)]);
}

/**
 * Read the header of a file of which at least the first 64 KiB are given, or all of it.
 *
 * @throws {@link MalformedFile} if there is no header, or a broken one.
 */
export function readHeader(beginning: Buffer): Header {
  if (!beginning.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new MalformedFile("it does not begin like the file of a blob");
  }
  if (beginning.length < LENGTH_END) throw new MalformedFile("its header is cut off");
  const start = LENGTH_END + beginning.readUInt32BE(MAGIC.length);
  if (start > Math.min(beginning.length, HEADER_LIMIT)) {
    throw new MalformedFile("its header is cut off");
  }
  const { key, content_type: contentType, size } = fieldsOf(beginning.subarray(LENGTH_END, start));
  if (typeof key !== "string" || typeof contentType !== "string" || !Number.isSafeInteger(size)) {
    throw new MalformedFile("its header cannot be read");
  }
  return { key, contentType, size: Number(size), start };
}

function fieldsOf(text: Buffer): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(strictUtf8.decode(text));
    if (typeof fields === "object" && fields !== null) return fields as Record<string, unknown>;
  } catch {
    // The same as what is no object.
  }
  throw new MalformedFile("its header cannot be read");
}
