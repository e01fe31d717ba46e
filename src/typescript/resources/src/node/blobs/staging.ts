/**
 * Writing a file in full before it gets its name, and removing what dead writers left.
 *
 * Writers in other languages lock their files (`f…`). Node.js has no `flock`, so ours are of the
 * second kind (`t…`), and this only removes what has not changed for an hour.
 *
 * @packageDocumentation
 */

import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, rename, unlink } from "node:fs/promises";

import { isSystemError } from "../anchor.js";
import { type OpenFolder, Way } from "./folders.js";
import { STAGING } from "./layout.js";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

const TEMPORARY = /^[ft][0-9a-f]{16}$/;

/** Milliseconds after which a file that has not changed has no writer any more. */
const OLD = 3_600_000;

/**
 * Write a file to the disk, and give it its name in place of whatever file had it.
 *
 * When this returns, file and name have reached the disk. If it fails before the file has its name,
 * nothing is left of it.
 *
 * @param root - The root.
 * @param chunks - What the file holds.
 * @param open - Opens the folder that the file belongs to, once it is written.
 * @param name - The file's name there.
 * @throws `ENOENT` if another process removed it, or the folder, as litter; try again.
 */
export async function replaceFile(
  root: string,
  chunks: readonly Uint8Array[],
  folders: readonly string[],
  name: string,
): Promise<void> {
  await using staging = await Way.open(root, [STAGING], true);
  const temporary = staging.end.at(`t${randomBytes(8).toString("hex")}`);
  const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  let renamed = false;
  try {
    try {
      await writeAll(file, chunks);
      await file.sync();
    } finally {
      await file.close();
    }
    await using way = await Way.open(root, folders, true);
    await rename(temporary, way.end.at(name));
    renamed = true;
    await way.end.handle.sync();
  } finally {
    if (!renamed) await unlink(temporary).catch(() => undefined);
  }
}

/** Write everything, however little the system takes at a time. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (const chunk of chunks) {
    for (let written = 0; written < chunk.length;) {
      written += (await file.write(chunk, written)).bytesWritten;
    }
  }
}

/**
 * Remove the temporary files whose writers are dead for sure. What cannot be removed stays.
 *
 * @throws an error of the operating system if the root cannot be opened or read.
 */
export async function sweep(root: string): Promise<void> {
  let staging: Way;
  try {
    staging = await Way.open(root, [STAGING]);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return;
    throw error;
  }
  await using way = staging;
  for (const name of await readdir(way.end.itself)) {
    if (!TEMPORARY.test(name)) continue;
    try {
      await removeIfOld(way.end, name);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }
}

async function removeIfOld(folder: OpenFolder, name: string): Promise<void> {
  const status = await lstat(folder.at(name));
  if (status.isFile() && Date.now() - status.mtimeMs > OLD) await unlink(folder.at(name));
}
