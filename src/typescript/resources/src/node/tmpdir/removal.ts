/**
 * Removing a folder with all that is in it, and nothing that it only leads to.
 *
 * Folders inside are moved up to the top one before they are emptied. So no path is too long and
 * nothing recurs, however deep the tree is.
 *
 * @packageDocumentation
 */

import { randomBytes } from "node:crypto";
import { fchmodSync, fstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { setImmediate, setTimeout } from "node:timers/promises";

import { isSystemError, systemError } from "../anchor.js";
import type { HeldFolder, Name } from "./folder.js";

/** Milliseconds to wait before trying again, while others still write. */
const PAUSES = [5, 10, 20, 40, 80, 160, 320];

/** Files and folders to remove before the event loop gets its turn. */
const SLICE = 64;

/** What is added to the name of a folder whose removal has begun. */
export const CLOSING = "-closing";

/** A folder and where it is. */
export interface Located {
  readonly folder: HeldFolder;
  readonly parent: HeldFolder;
  readonly name: string;
}

/**
 * Remove an open folder, also while others still write; the event loop goes on meanwhile.
 *
 * If it has been moved away, it is emptied; whatever has taken its name stays.
 *
 * @throws an error of the operating system if something could not be removed, after several
 * attempts; all the rest is gone.
 */
export async function remove(located: Located): Promise<void> {
  const renamed = begin(located);
  for (const pause of [...PAUSES, undefined]) {
    try {
      const work = emptied(located.folder);
      while (work.next().done !== true) await setImmediate();
      finish(renamed);
      return;
    } catch (error) {
      if (pause === undefined || !isSystemError(error)) throw error;
      await setTimeout(pause);
    }
  }
}

/**
 * The same at the end of the process, where nothing can be waited for.
 *
 * @throws an error of the operating system if something could not be removed.
 */
export function removeAtOnce(located: Located): void {
  const renamed = begin(located);
  const work = emptied(located.folder);
  while (work.next().done !== true);
  finish(renamed);
}

/** Take away the folder's name: whoever writes by path then finds none. */
function begin(located: Located): Located {
  const { folder, parent, name } = located;
  try {
    fchmodSync(folder.descriptor, 0o700); // it may have been shut, even to its owner
    if (name.endsWith(CLOSING) || !parent.holds(name, folder)) return located;
    renameSync(parent.at(name), parent.at(name + CLOSING));
    return { folder, parent, name: name + CLOSING };
  } catch (error) {
    if (isSystemError(error)) return located;
    throw error;
  }
}

function finish({ folder, parent, name }: Located): void {
  if (parent.holds(name, folder)) rmdirSync(parent.at(name));
}

/** Lets what cannot be done be, and keeps the first reason; what is gone already is no reason. */
class Attempts {
  refusal: Error | undefined;
  #sinceTurn = 0;

  /** Whether it is the event loop's turn; then the next slice begins. */
  get sliceIsDone(): boolean {
    if (this.#sinceTurn < SLICE) return false;
    this.#sinceTurn = 0;
    return true;
  }

  /** Try to do something; whether it was done. */
  try(work: () => void): boolean {
    this.#sinceTurn++;
    try {
      work();
      return true;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code !== "ENOENT") this.refusal ??= error;
      return false;
    }
  }
}

/** Remove what is in a folder; yields now and then. */
function* emptied(top: HeldFolder): Generator<undefined, void> {
  const attempts = new Attempts();
  const device = fstatSync(top.descriptor).dev;
  const left = yield* unlinked(top, attempts);
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const folder = opened(top, name, device, attempts);
    if (folder === undefined) continue;
    try {
      for (const inner of yield* unlinked(folder, attempts)) {
        const moved = randomBytes(16).toString("hex");
        const done = attempts.try(() => {
          folder.letIn(inner);
          renameSync(folder.at(inner), top.at(moved));
        });
        if (done) left.push(moved);
        if (attempts.sliceIsDone) yield;
      }
    } finally {
      folder.close();
    }
    const emptiedName = name;
    attempts.try(() => {
      rmdirSync(top.at(emptiedName));
    });
    if (attempts.sliceIsDone) yield;
  }
  if (attempts.refusal !== undefined) throw attempts.refusal;
}

/** Open a folder on the same device, after giving its owner the right to. */
function opened(
  top: HeldFolder,
  name: Name,
  device: number,
  attempts: Attempts,
): HeldFolder | undefined {
  let folder: HeldFolder | undefined;
  attempts.try(() => {
    top.letIn(name);
    const there = top.open(name);
    if (fstatSync(there.descriptor).dev === device) {
      folder = there;
      return;
    }
    there.close();
    throw systemError("EXDEV", "another file system is mounted there");
  });
  return folder;
}

/** Remove what is no folder, links above all; return the names of the folders. */
function* unlinked(folder: HeldFolder, attempts: Attempts): Generator<undefined, Name[]> {
  const folders: Name[] = [];
  for (const entry of readdirSync(folder.itself, { withFileTypes: true, encoding: "buffer" })) {
    if (entry.isDirectory()) folders.push(entry.name);
    else {
      attempts.try(() => {
        unlinkSync(folder.at(entry.name));
      });
      if (attempts.sliceIsDone) yield;
    }
  }
  return folders;
}
