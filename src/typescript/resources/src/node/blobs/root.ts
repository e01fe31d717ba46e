/**
 * The folder that holds a store.
 *
 * @packageDocumentation
 */

import { lstat, mkdir, open, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { InvalidArgument } from "@dagstack/contracts";

import { isSystemError } from "../anchor.js";
import { LONGEST_ROOT } from "./layout.js";

/**
 * Return the absolute path of a root.
 *
 * @throws {@link InvalidArgument} if it is no path, or too long.
 */
export function checkRoot(root: unknown): string {
  const refusal = (reason: string) => new InvalidArgument({ argument: "root", reason });
  if (typeof root !== "string") throw refusal(`it must be a string, not ${typeof root}`);
  if (root === "" || root.includes("\0")) throw refusal("it is no path");
  const path = resolve(root);
  const length = Buffer.byteLength(path);
  if (length > LONGEST_ROOT) {
    throw refusal(`its path has ${length} bytes, and ${LONGEST_ROOT} are allowed`);
  }
  return path;
}

/**
 * Make a root, and its parents, that are missing, and wait until they have reached the disk.
 *
 * @throws {@link InvalidArgument} if something else than a folder is in the way.
 */
export async function makeRoot(root: string): Promise<void> {
  const missing: string[] = [];
  for (let path = root; !(await isThere(path)); path = dirname(path)) missing.push(path);
  try {
    await mkdir(dirname(root), { recursive: true });
    await mkdir(root, 0o700);
  } catch (error) {
    const reason = "one of its parents is not a folder";
    if (isSystemError(error, "ENOTDIR")) throw new InvalidArgument({ argument: "root", reason });
    if (!isSystemError(error, "EEXIST")) throw error;
    if (!(await isFolder(root))) {
      const what = (await isFolder(dirname(root))) ? "it is not a folder" : reason;
      throw new InvalidArgument({ argument: "root", reason: what });
    }
  }
  for (const path of missing) {
    const parent = await open(dirname(path));
    try {
      await parent.sync();
    } finally {
      await parent.close();
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => !isSystemError(error, "ENOENT"),
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
