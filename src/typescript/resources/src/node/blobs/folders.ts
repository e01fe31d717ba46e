/**
 * Walking and changing the folders below a root, from one open folder to the next.
 *
 * Every step opens a name in a folder that is open, and refuses a symbolic link there, so whatever
 * others put below the root, no call leaves it. Where the system has no `/proc` (see
 * `anchorOf`), a step goes by path, and somebody who swaps a folder for a link at that very moment
 * can lead it astray.
 *
 * @packageDocumentation
 */

import { type Stats, constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rmdir } from "node:fs/promises";

import { anchorOf, isSystemError, systemError } from "../anchor.js";

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Whether an error says that there is no such file or folder below the root. */
export function isAbsence(error: unknown): boolean {
  // ELOOP and EMLINK are what opening says of a link that must not be followed.
  return isSystemError(error, "ENOENT", "ENOTDIR", "ELOOP", "EMLINK");
}

/** A folder that is open. */
export class OpenFolder {
  readonly handle: FileHandle;
  readonly #anchor: string;
  readonly #path: string;

  constructor(handle: FileHandle, path: string) {
    this.handle = handle;
    this.#path = path;
    this.#anchor = anchorOf(handle.fd, path);
  }

  /** The folder itself, as a path for one call. */
  get itself(): string {
    return `${this.#anchor}/.`;
  }

  /** A name in it, as a path for one call. */
  at(name: string): string {
    return `${this.#anchor}/${name}`;
  }

  /** Open a folder in it, which is no link; with `make`, make it if it is missing. */
  async folder(name: string, make: boolean): Promise<OpenFolder> {
    try {
      return await this.#open(name);
    } catch (error) {
      if (!make || !isSystemError(error, "ENOENT")) throw error;
    }
    try {
      await mkdir(this.at(name), 0o700);
    } catch (error) {
      // Another writer is making it too; it must have reached the disk before either is done.
      if (!isSystemError(error, "EEXIST")) throw error;
    }
    await this.handle.sync();
    return this.#open(name);
  }

  /** Open an ordinary file in it for reading; anything else of that name is absent. */
  async file(name: string): Promise<FileHandle> {
    // A pipe in the place of a file would otherwise keep whoever opens it waiting.
    const handle = await open(this.at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      if ((await handle.stat()).isFile()) return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    throw systemError("ENOENT", "no ordinary file");
  }

  /** Whether a name is that of an ordinary file, and not of a link to one. */
  async hasFile(name: string): Promise<boolean> {
    let status: Stats;
    try {
      status = await lstat(this.at(name));
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return false;
      throw error;
    }
    return status.isFile();
  }

  async #open(name: string): Promise<OpenFolder> {
    const handle = await open(this.at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    return new OpenFolder(handle, `${this.#path}/${name}`);
  }
}

/** A root and the folders below it on the way to one of them, all open. */
export class Way implements AsyncDisposable {
  readonly #root: OpenFolder;
  readonly #below: { readonly name: string; readonly folder: OpenFolder }[] = [];

  private constructor(root: OpenFolder) {
    this.#root = root;
  }

  /**
   * Open the folders from a root down; with `make`, make those that are missing.
   *
   * @throws what `isAbsence` knows if a folder is missing or is not one; that the root itself is
   * missing is not an absence.
   */
  static async open(root: string, names: readonly string[], make = false): Promise<Way> {
    const way = new Way(await openRoot(root));
    try {
      for (const name of names) {
        way.#below.push({ name, folder: await way.end.folder(name, make) });
      }
    } catch (error) {
      await way[Symbol.asyncDispose]();
      throw error;
    }
    return way;
  }

  /** The last folder. */
  get end(): OpenFolder {
    return this.#below.at(-1)?.folder ?? this.#root;
  }

  /**
   * Remove the last folder if it is empty, then the one above, and so on below the root.
   *
   * What is left of them has reached the disk. A folder into which another writer puts a file is not
   * empty, and a writer who finds its folder gone makes it again.
   */
  async removeEmpty(): Promise<void> {
    for (let last = this.#below.pop(); last !== undefined; last = this.#below.pop()) {
      await last.folder.handle.close();
      try {
        await rmdir(this.end.at(last.name));
      } catch (error) {
        if (isSystemError(error, "ENOENT")) continue;
        if (isSystemError(error)) return;
        throw error;
      }
      await this.end.handle.sync();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const folders = [this.#root, ...this.#below.map(({ folder }) => folder)];
    await Promise.all(folders.map((folder) => folder.handle.close()));
  }
}

async function openRoot(root: string): Promise<OpenFolder> {
  try {
    return new OpenFolder(await open(root, O_RDONLY | O_DIRECTORY), root);
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ENOTDIR")) throw error;
    throw systemError("ESTALE", "the root folder is gone");
  }
}
