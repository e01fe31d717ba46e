/**
 * Folders for cases.
 *
 * @packageDocumentation
 */

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import type { Fixtures, Setting } from "../harness.js";
import { compareText } from "../equality.js";

const PERMISSIONS = 0o7777;
const MILLISECONDS = 1000;

/** Make a new folder, which is removed at the end of the case. */
export function newFolder(setting: Setting): string {
  const path = mkdtempSync(join(tmpdir(), "conformance-"));
  setting.atEnd(() => {
    remove(path);
  });
  return path;
}

/** A folder, and what cases do with the files in it. Paths are below it, or absolute. */
export class Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  names(path: string): string[] {
    return readdirSync(this.#at(path)).sort(compareText);
  }

  exists(path: string): boolean {
    // A link counts itself, not what it leads to.
    return lstatSync(this.#at(path), { throwIfNoEntry: false }) !== undefined;
  }

  mode(path: string): string {
    return (lstatSync(this.#at(path)).mode & PERMISSIONS).toString(8);
  }

  read(path: string): Uint8Array {
    return new Uint8Array(readFileSync(this.#at(path)));
  }

  write(path: string, data: Uint8Array): void {
    mkdirSync(dirname(this.#at(path)), { recursive: true });
    writeFileSync(this.#at(path), data);
  }

  makeFolder(path: string): void {
    mkdirSync(this.#at(path), { recursive: true });
  }

  link(path: string, to: string): void {
    symlinkSync(this.#at(to), this.#at(path));
  }

  age(path: string, time: number): void {
    const changed = (Date.now() - time) / MILLISECONDS;
    utimesSync(this.#at(path), changed, changed);
  }

  remove(path: string): void {
    rmSync(this.#at(path), { recursive: true });
  }

  #at(path: string): string {
    return resolve(this.path, path);
  }
}

/** The subject around what works with files. */
export const folderFixtures: Fixtures = {
  subjects: { Folder: (_, setting) => new Folder(newFolder(setting)) },
};

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Something in it may be closed to its owner.
    unlock(path);
    rmSync(path, { recursive: true, force: true });
  }
}

function unlock(path: string): void {
  chmodSync(path, 0o700);
  for (const each of readdirSync(path, { withFileTypes: true })) {
    if (each.isDirectory()) unlock(join(path, each.name));
  }
}
