/**
 * Finding the keys of a store.
 *
 * @packageDocumentation
 */

import { readdir } from "node:fs/promises";

import { type OpenFolder, Way, isAbsence } from "./folders.js";
import { foldersOf, keyOf, readName } from "./layout.js";

/** Return the keys that start with a prefix, in any order. */
export async function keysBelow(root: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  const start = Buffer.from(prefix.slice(0, prefix.lastIndexOf("/") + 1));
  try {
    await using way = await Way.open(root, foldersOf(prefix));
    await collect(way.end, start, Buffer.from(prefix), keys);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  return keys;
}

/** Add the keys in a folder, and below it, that start with a prefix. */
async function collect(
  folder: OpenFolder,
  above: Buffer,
  wanted: Buffer,
  keys: string[],
): Promise<void> {
  const entries = await readdir(folder.itself, { withFileTypes: true });
  for (const each of entries) {
    const entry = readName(each.name);
    if (entry === undefined || (entry.isFile ? !each.isFile() : !each.isDirectory())) continue;
    const raw = Buffer.concat([above, entry.text]);
    const shared = Math.min(raw.length, wanted.length);
    if (!raw.subarray(0, shared).equals(wanted.subarray(0, shared))) continue;
    if (!entry.isFile) await collectBelow(folder, each.name, raw, wanted, keys);
    else if (raw.length >= wanted.length) {
      const key = keyOf(raw);
      if (key !== undefined) keys.push(key);
    }
  }
}

/** The same for a folder that may have been removed meanwhile, or may be a link. */
async function collectBelow(
  folder: OpenFolder,
  name: string,
  above: Buffer,
  wanted: Buffer,
  keys: string[],
): Promise<void> {
  try {
    const inner = await folder.folder(name, false);
    try {
      await collect(inner, above, wanted, keys);
    } finally {
      await inner.handle.close();
    }
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}
