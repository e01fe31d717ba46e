/**
 * Temporary directories before their suite.
 *
 * @packageDocumentation
 */

import type { TempDir } from "@dagstack/contracts";

import type { Harness, Setting } from "../harness.js";
import { harnessOf, type HarnessOptions } from "./options.js";

/**
 * Put a temporary directory before the suite `tmpdir`.
 *
 * @param make - Makes one in a folder.
 * @param folder - Makes a new folder, which is removed at the end of the case.
 * @param options - Its name, and whether it has the capabilities `kill` and `exit_hooks`.
 */
export function tempDirHarness(
  make: (parent: string) => TempDir | Promise<TempDir>,
  folder: (setting: Setting) => string,
  options: HarnessOptions,
): Harness {
  return harnessOf(options, {
    TempDir: ({ parent }, setting) =>
      make((parent as string | undefined) ?? setting.once("parent", () => folder(setting))),
  });
}
