/**
 * Whose temporary folder is whose, and the removal of those whose processes are dead.
 *
 * A folder gets its name only when its owner gives the sign of life in it, and loses it before the
 * owner ends that. So a folder of that name without a living owner is left over. See
 * `docs/decisions/2026-11-23-whose-folder-is-it-in-typescript.md`.
 *
 * @packageDocumentation
 */

import { randomBytes } from "node:crypto";
import { lstatSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";

import { detailOf, isSystemError } from "../anchor.js";
import type { HeldFolder } from "./folder.js";
import { lookForSign } from "./life.js";
import { CLOSING, remove } from "./removal.js";

/** What is added to the name of a folder that is being made. */
export const NEW = "-new";

// Not the prefix of other languages: they would look for a lock, which Node.js does not have.
const PREFIX = "dagstack-node-";
const OURS = new RegExp(`^${PREFIX}[0-9a-f]{16}(${NEW}|${CLOSING})?$`);

/** Milliseconds that a folder is left alone while it is made; then its maker must make another. */
const MAKING = 1000;

/** Return a name for a folder that nobody can guess, and that a sweep knows again. */
export function newName(): string {
  return PREFIX + randomBytes(8).toString("hex");
}

/**
 * Remove the folders in `parent` that are ours and whose processes are dead.
 *
 * What cannot be removed is a warning of the process, and left to the next sweep.
 *
 * @param path - The parent's path, for warnings.
 * @throws an error of the operating system if the parent cannot be read.
 */
export async function sweep(parent: HeldFolder, path: string): Promise<void> {
  for (const name of readdirSync(parent.itself).filter((each) => OURS.test(each))) {
    try {
      await sweepOne(parent, name);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // Its owner or another sweep was faster.
      if (error.code === "ENOENT") continue;
      const what = `cannot remove what a killed process left: ${join(path, name)}`;
      process.emitWarning(`${what}: ${detailOf(error)}`, { code: "DAGSTACK_LEFT_OVER" });
    }
  }
}

async function sweepOne(parent: HeldFolder, name: string): Promise<void> {
  // A folder of somebody else is none of ours, whatever its name; a link is no folder.
  const status = lstatSync(parent.at(name));
  if (!status.isDirectory() || status.uid !== process.geteuid?.()) return;
  parent.letIn(name);
  const folder = parent.open(name);
  try {
    if (!folder.isOurs || !(await isLeftOver(folder, name))) return;
    if (!parent.holds(name, folder)) return;
    let claimed = name;
    if (!name.endsWith(CLOSING)) {
      claimed = name.replace(NEW, "") + CLOSING;
      // This decides: whoever made the folder, or another sweep, finds the name gone, or we do.
      renameSync(parent.at(name), parent.at(claimed));
    }
    await remove({ folder, parent, name: claimed });
  } finally {
    folder.close();
  }
}

async function isLeftOver(folder: HeldFolder, name: string): Promise<boolean> {
  if (name.endsWith(CLOSING)) return true;
  const life = await lookForSign(folder);
  if (!name.endsWith(NEW)) return life === "dead";
  if (life === "alive") return false;
  return Date.now() - lstatSync(folder.itself).mtimeMs > MAKING;
}
