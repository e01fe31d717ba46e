/**
 * A temporary directory of the operating system.
 *
 * @packageDocumentation
 */

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
} from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import {
  AlreadyExists,
  BackendFailed,
  InvalidArgument,
  type TempDir,
  type TempDirCreateFileOptions,
} from "@dagstack/contracts";

import { AsyncClosable } from "../../closing.js";
import { detailOf, isSystemError, systemError } from "../anchor.js";
import { atExit, notAtExit } from "./exit.js";
import { HeldFolder } from "./folder.js";
import { giveSign } from "./life.js";
import { checkFileName, checkSuffix } from "./names.js";
import { type Located, remove, removeAtOnce } from "./removal.js";
import { NEW, newName, sweep } from "./sweep.js";

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** Where a {@link SystemTempDir} makes its folder. */
export interface SystemTempDirOptions {
  /**
   * An existing folder on a local file system; the system's own for temporary files if it is not
   * given.
   */
  readonly parent?: string | undefined;

  /** The beginning of the last component of the path, for people; nothing without. */
  readonly prefix?: string | undefined;
}

/** What a {@link SystemTempDir} holds until it is closed. */
interface Held {
  readonly parent: HeldFolder;

  /** The folder that holds the sign of life and the folder for files. */
  readonly outer: HeldFolder;
  readonly name: string;
  readonly inner: HeldFolder;
  readonly server: Server;
}

/**
 * A new folder for temporary files, which is removed with all that is in it.
 *
 * That happens when it is closed, or when the process ends by itself and nobody closed it. A signal
 * that kills the process, also Ctrl+C where nobody handles it, leaves the folder; it is removed
 * when the next one is made below the same parent.
 *
 * Whether a process lives is told by a socket beside the folder, at `<path>/../alive`. No other
 * process owns the folder: one that was started by this one does not.
 *
 * Creating blocks for the time of a few system calls; closing lets the event loop go on, and tries
 * for up to 0.7 s if others still write. Needs a POSIX system. Safe for concurrent use; each worker
 * thread makes its own.
 */
export class SystemTempDir extends AsyncClosable implements TempDir {
  /** The folder's absolute path, of mode 0700; also after the close. */
  readonly path: string;

  readonly #held: Held;
  readonly #removeAtExit: () => void;

  private constructor(path: string, held: Held) {
    super("SystemTempDir");
    this.path = path;
    this.#held = held;
    this.#removeAtExit = () => {
      removeAtOnce(locatedIn(held));
    };
    atExit(this.#removeAtExit);
  }

  /**
   * Make the folder, and remove what killed processes left below the same parent.
   *
   * @param options - The parent, and the beginning of the name.
   * @throws `InvalidArgument` if `parent` is not a folder, or `prefix` cannot begin a name.
   * @throws `BackendFailed` if the file system refuses, for instance because it is full.
   */
  static async create(options: SystemTempDirOptions = {}): Promise<SystemTempDir> {
    const { prefix = "" } = options;
    const place = checkParent(options.parent ?? tmpdir());
    if (prefix !== "") checkFileName("prefix", prefix);
    checkFileName("prefix", prefix + newName());
    try {
      if (process.platform === "win32") throw systemError("ENOSYS", "Windows is not supported");
      const parent = HeldFolder.place(place);
      try {
        await sweep(parent, place);
        return await SystemTempDir.#make(place, parent, prefix);
      } catch (error) {
        parent.close();
        throw error;
      }
    } catch (error) {
      throw failure("open", error);
    }
  }

  static async #make(place: string, parent: HeldFolder, prefix: string): Promise<SystemTempDir> {
    for (;;) {
      const name = newName();
      const innerName = prefix + name.slice(-16);
      const held = await hold(parent, name, innerName);
      if (held !== undefined) return new SystemTempDir(join(place, name, innerName), held);
    }
  }

  /**
   * Create a new, empty file called `name` followed by `suffix`, of mode 0600.
   *
   * @param name - The name of the file, or its beginning.
   * @param options - The end of its name, such as `.csv`.
   * @returns The absolute path of the file.
   * @throws `AlreadyExists` if the folder has something of that name.
   * @throws `BackendFailed` if the file system refuses, for instance because it is full.
   * @throws `InvalidArgument` if `name`, or `name` followed by `suffix`, cannot name a file.
   * @throws `ResourceClosed` if the directory is closed.
   */
  async createFile(name: string, options?: TempDirCreateFileOptions): Promise<string> {
    checkFileName("name", name);
    const suffix = options?.suffix ?? "";
    checkSuffix(name, suffix);
    return this.#created("create_file", name + suffix, (folder, whole) => {
      createFile(folder, whole);
    });
  }

  /**
   * Create a new, empty folder called `name`, of mode 0700.
   *
   * @param name - The name of the folder.
   * @returns The absolute path of the folder.
   * @throws `AlreadyExists` if the folder has something of that name.
   * @throws `BackendFailed` if the file system refuses, for instance because it is full.
   * @throws `InvalidArgument` if `name` cannot name a folder.
   * @throws `ResourceClosed` if the directory is closed.
   */
  async createSubdir(name: string): Promise<string> {
    checkFileName("name", name);
    return this.#created("create_subdir", name, (folder) => {
      folder.make(name).close();
    });
  }

  protected override async release(): Promise<void> {
    try {
      await remove(locatedIn(this.#held));
    } catch (error) {
      throw failure("close", error);
    } finally {
      notAtExit(this.#removeAtExit);
      letGo(this.#held);
    }
  }

  // Without waiting for anything, so that no close comes between the check and the end.
  #created(
    operation: string,
    name: string,
    create: (folder: HeldFolder, name: string) => void,
  ): string {
    this.ensureOpen();
    try {
      create(this.#held.inner, name);
    } catch (error) {
      if (isSystemError(error, "EEXIST")) throw new AlreadyExists({ taken: name });
      throw failure(operation, error);
    }
    return join(this.path, name);
  }
}

function checkParent(parent: unknown): string {
  if (typeof parent !== "string") {
    const reason = `must be a string, not ${typeof parent}`;
    throw new InvalidArgument({ argument: "parent", reason });
  }
  const place = resolve(parent);
  if (!place.includes("\0") && isFolder(place)) return place;
  const reason = `${JSON.stringify(place)} is not a folder`;
  throw new InvalidArgument({ argument: "parent", reason });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return false;
    throw failure("open", error);
  }
}

/** Make a folder of ours; `undefined` if a sweep in another process took it for a dead one's. */
async function hold(
  parent: HeldFolder,
  name: string,
  innerName: string,
): Promise<Held | undefined> {
  const outer = made(parent, name + NEW);
  if (outer === undefined) return undefined;
  let server: Server | undefined;
  let inner: HeldFolder | undefined;
  try {
    server = await giveSign(outer);
    inner = outer.make(innerName);
    renameSync(parent.at(name + NEW), parent.at(name));
    return { parent, outer, name, inner, server };
  } catch (error) {
    const swept = isSystemError(error, "ENOENT") && !parent.holds(name + NEW, outer);
    if (!swept) removeAtOnce({ folder: outer, parent, name: name + NEW });
    inner?.close();
    server?.close();
    outer.close();
    if (swept) return undefined;
    throw error;
  }
}

function made(parent: HeldFolder, name: string): HeldFolder | undefined {
  try {
    return parent.make(name);
  } catch (error) {
    // A sweep took it right away, or the parent itself is gone.
    if (isSystemError(error, "ENOENT") && fstatSync(parent.descriptor).nlink > 0) return undefined;
    throw error;
  }
}

function locatedIn({ parent, outer, name }: Held): Located {
  return { parent, folder: outer, name };
}

function letGo({ parent, outer, inner, server }: Held): void {
  server.close();
  for (const folder of [inner, outer, parent]) folder.close();
}

function createFile(folder: HeldFolder, name: string): void {
  const file = openSync(folder.at(name), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    fchmodSync(file, 0o600); // the umask may have taken away even these
  } catch (error) {
    unlinkSync(folder.at(name));
    throw error;
  } finally {
    closeSync(file);
  }
}

function failure(operation: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const fields = { resource: "SystemTempDir", operation, detail: detailOf(error) };
  return new BackendFailed(fields, { cause: error });
}
