/**
 * Folders that are held open, so that names in them mean what they meant before.
 *
 * @packageDocumentation
 */

import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmdirSync,
} from "node:fs";

import { anchorOf, hasDescriptors, isSystemError } from "../anchor.js";

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;

/** Opens a folder as a place for others, also one that may not be read; only Linux has it. */
const O_PATH = hasDescriptors ? 0o10000000 : 0;

const ALL = 0o700;

/** A name in a folder; bytes where it was read, because a name need not be UTF-8. */
export type Name = string | Buffer;

/** An open folder; every call blocks for the time of one or two system calls. */
export class HeldFolder {
  readonly descriptor: number;
  readonly #anchor: string;
  readonly #path: string;

  private constructor(descriptor: number, path: string) {
    this.descriptor = descriptor;
    this.#path = path;
    this.#anchor = anchorOf(descriptor, path);
  }

  /** Open the folder that others are in, perhaps through a link. */
  static place(path: string): HeldFolder {
    return new HeldFolder(openSync(path, O_DIRECTORY | (O_PATH || O_RDONLY)), path);
  }

  /** The folder itself, as a path for one call. */
  get itself(): string {
    return `${this.#anchor}/.`;
  }

  /** A name in it, as a path for one call. */
  at(name: string): string;
  at(name: Name): Name;
  at(name: Name): Name {
    if (typeof name === "string") return `${this.#anchor}/${name}`;
    return Buffer.concat([Buffer.from(`${this.#anchor}/`), name]);
  }

  /** Open a folder in it, which is no link. */
  open(name: Name): HeldFolder {
    const descriptor = openSync(this.at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    return new HeldFolder(descriptor, `${this.#path}/${name.toString()}`);
  }

  /** Make a folder of mode 0700 in it, whatever the umask, and open it. */
  make(name: string): HeldFolder {
    mkdirSync(this.at(name), ALL);
    let made: HeldFolder | undefined;
    try {
      this.letIn(name);
      made = this.open(name);
      fchmodSync(made.descriptor, ALL);
      return made;
    } catch (error) {
      made?.close();
      try {
        rmdirSync(this.at(name));
      } catch {
        // The first error says what is wrong.
      }
      throw error;
    }
  }

  /** Give the owner all rights to a folder in it that has shut itself, but to nothing that is a link. */
  letIn(name: Name): void {
    const status = lstatSync(this.at(name));
    if (!status.isDirectory() || (status.mode & ALL) === ALL) return;
    if (O_PATH === 0) {
      chmodSync(this.at(name), ALL);
      return;
    }
    const shut = openSync(this.at(name), O_PATH | O_DIRECTORY | O_NOFOLLOW);
    try {
      chmodSync(anchorOf(shut, ""), ALL);
    } finally {
      closeSync(shut);
    }
  }

  /** Whether a name in it is that other folder, and not another one or nothing. */
  holds(name: string, folder: HeldFolder): boolean {
    try {
      const there = lstatSync(this.at(name), { bigint: true });
      const status = fstatSync(folder.descriptor, { bigint: true });
      return there.dev === status.dev && there.ino === status.ino;
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return false;
      throw error;
    }
  }

  /** Whether it belongs to the user of this process. */
  get isOurs(): boolean {
    return fstatSync(this.descriptor).uid === process.geteuid?.();
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
