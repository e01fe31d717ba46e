/**
 * A store in files below a folder.
 *
 * @packageDocumentation
 */

import { type FileHandle, unlink } from "node:fs/promises";

import { BackendFailed, BlobNotFound } from "@dagstack/contracts";

import { CheckedBlobStore } from "../../blobs/checked.js";
import { Turns } from "../../turns.js";
import { detailOf, isSystemError } from "../anchor.js";
import { Way, isAbsence } from "./folders.js";
import {
  HEADER_LIMIT,
  type Header,
  MalformedFile,
  placeOf,
  readHeader,
  writeHeader,
} from "./layout.js";
import { keysBelow } from "./listing.js";
import { checkRoot, makeRoot } from "./root.js";
import { replaceFile, sweep } from "./staging.js";

const TRIES = 20;

// Each call holds a file open for every level of its key, and more threads than libuv has would
// not be faster.
const turns = new Turns(16);

/**
 * A `BlobStore` in files below a root folder, for development and a single machine.
 *
 * A blob is durable when `put` returns, and a deletion when `delete` does: file and folders have
 * reached the disk. Any number of stores, workers and processes, also of other languages, may share
 * a root; each blob is one file, which is replaced at once. Symbolic links below the root are never
 * followed. The files are laid out as `docs/filesystem-layout.md` says; whatever else lies there is
 * left alone.
 *
 * What a killed writer left is removed by the next store that opens the root an hour later, because
 * Node.js cannot lock files.
 *
 * Needs a POSIX system. All work is done in the thread pool of Node.js, at most 16 calls at a time.
 * The store holds no open file between calls, so nothing is lost when it is not closed.
 */
export class FilesystemBlobStore extends CheckedBlobStore {
  /** The folder, as an absolute path. */
  readonly root: string;

  private constructor(root: string) {
    super("FilesystemBlobStore");
    this.root = root;
  }

  /**
   * Open the store, and remove what killed writers left there.
   *
   * @param root - The folder, made with its parents if it is missing; it may be a symbolic link to
   * one. Its absolute path may have at most 900 bytes.
   * @throws `BackendFailed` if the folder cannot be made or opened.
   * @throws `InvalidArgument` if the path is too long, or leads to something else than a folder.
   */
  static async open(root: string): Promise<FilesystemBlobStore> {
    const path = checkRoot(root);
    await reported("open", async () => {
      await makeRoot(path);
      await sweep(path);
    });
    return new FilesystemBlobStore(path);
  }

  protected override async write(key: string, data: Uint8Array, contentType: string) {
    const chunks = [writeHeader(key, contentType, data.length), data];
    const { folders, file } = placeOf(key);
    await this.#reported("put", () =>
      againIfSwept(() => replaceFile(this.root, chunks, folders, file)),
    );
  }

  protected override read(key: string): Promise<Uint8Array> {
    return this.#reading("get", key, async (file) => {
      const { header, beginning } = await readBeginning(file, key);
      const blob = new Uint8Array(header.size);
      const got = beginning.subarray(header.start);
      blob.set(got);
      await fill(file, blob, got.length, header.start);
      return blob;
    });
  }

  protected override readContentType(key: string): Promise<string> {
    return this.#reading("content_type", key, async (file) => {
      return (await readBeginning(file, key)).header.contentType;
    });
  }

  protected override async remove(key: string): Promise<void> {
    const { folders, file } = placeOf(key);
    await this.#reported("delete", async () => {
      try {
        await using way = await Way.open(this.root, folders);
        if (!(await way.end.hasFile(file))) return;
        await unlink(way.end.at(file));
        await way.end.handle.sync();
        await way.removeEmpty();
      } catch (error) {
        if (!isAbsence(error)) throw error;
      }
    });
  }

  protected override scan(prefix: string): Promise<string[]> {
    return this.#reported("list", () => keysBelow(this.root, prefix));
  }

  protected override has(key: string): Promise<boolean> {
    const { folders, file } = placeOf(key);
    return this.#reported("exists", async () => {
      try {
        await using way = await Way.open(this.root, folders);
        return await way.end.hasFile(file);
      } catch (error) {
        if (isAbsence(error)) return false;
        throw error;
      }
    });
  }

  /** The same as `reported`, but what got its turn after the close is not begun. */
  #reported<T>(operation: string, work: () => Promise<T>): Promise<T> {
    return reported(operation, () => {
      this.ensureOpen();
      return work();
    });
  }

  /** Do something with the open file of a key. */
  #reading<T>(operation: string, key: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
    return this.#reported(operation, async () => {
      const file = await this.#openFile(key);
      try {
        return await work(file);
      } finally {
        await file.close();
      }
    });
  }

  async #openFile(key: string): Promise<FileHandle> {
    const { folders, file } = placeOf(key);
    try {
      await using way = await Way.open(this.root, folders);
      return await way.end.file(file);
    } catch (error) {
      if (isAbsence(error)) throw new BlobNotFound({ key });
      throw error;
    }
  }
}

/** Tell of the system's troubles as what they are to the caller. */
async function reported<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await turns.run(work);
  } catch (error) {
    const fields = { resource: "FilesystemBlobStore", operation };
    if (isSystemError(error)) {
      throw new BackendFailed({ ...fields, detail: detailOf(error) }, { cause: error });
    }
    if (error instanceof MalformedFile) {
      const detail = `the file of the key is damaged: ${error.message}`;
      throw new BackendFailed({ ...fields, detail }, { cause: error });
    }
    throw error;
  }
}

/** Try again what another process disturbed by removing an empty folder or a stale file. */
async function againIfSwept(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; tries < TRIES; tries++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error;
    }
  }
  await work();
}

/** Read the header, and whatever else came with it, of a file that must hold this key. */
async function readBeginning(
  file: FileHandle,
  key: string,
): Promise<{ header: Header; beginning: Buffer }> {
  const { size } = await file.stat();
  const beginning = Buffer.alloc(Math.min(size, HEADER_LIMIT));
  await fill(file, beginning, 0, 0);
  const header = readHeader(beginning);
  if (header.key !== key) throw new MalformedFile("it belongs to another key");
  if (size !== header.start + header.size) {
    throw new MalformedFile("it has not the size that its header says");
  }
  return { header, beginning };
}

/** Read a file into the rest of a buffer, whose first byte is at `start` in the file. */
async function fill(
  file: FileHandle,
  buffer: Uint8Array,
  filled: number,
  start: number,
): Promise<void> {
  while (filled < buffer.length) {
    const rest = buffer.length - filled;
    const { bytesRead } = await file.read(buffer, filled, rest, start + filled);
    if (bytesRead === 0) throw new MalformedFile("it ends too early");
    filled += bytesRead;
  }
}
