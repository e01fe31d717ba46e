/**
 * Cases of temporary directories that need the process.
 *
 * @packageDocumentation
 */

import { lstatSync } from "node:fs";

import type { TempDir } from "@dagstack/contracts";

import { Failure } from "../errors.js";
import type { ByHand } from "../harness.js";
import type { Folder } from "./folder.js";

/** Bodies by the names of the cases. */
export const tmpdirByHandOnNode: Readonly<Record<string, ByHand>> = {
  modes_do_not_depend_on_the_umask: async ({ given, make }) => {
    const parent = (given.parent as Folder).path;
    // Asking for the mask sets it, so there is no asking without this.
    const before = process.umask(0o077);
    try {
      for (const umask of [0o000, 0o022, 0o777]) {
        process.umask(umask);
        const dir = (await make("TempDir", { parent })) as TempDir;
        expectMode(dir.path, 0o700, umask);
        expectMode(await dir.createFile("file"), 0o600, umask);
        expectMode(await dir.createSubdir("folder"), 0o700, umask);
      }
    } finally {
      process.umask(before);
    }
  },
};

function expectMode(path: string, expected: number, umask: number): void {
  const mode = lstatSync(path).mode & 0o7777;
  if (mode === expected) return;
  const [found, wanted, under] = [mode, expected, umask].map((number) => number.toString(8));
  throw new Failure(`${path} has mode ${found} and not ${wanted} under umask ${under}`);
}
