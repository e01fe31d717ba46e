/**
 * Blob stores before their suite.
 *
 * @packageDocumentation
 */

import type { BlobStore } from "@dagstack/contracts";

import type { Harness, Setting, SubjectFactory } from "../harness.js";
import { harnessOf, type HarnessOptions } from "./options.js";

/**
 * Put a blob store before the suite `blob_store`.
 *
 * @param make - Makes a store that is empty at the beginning of a case. Stores that are made in one
 *   case hold the same blobs, if the harness has the capability `shared`; `setting.once` helps.
 * @param options - Its name and its capabilities: `shared`, `content_types` and `kill`.
 */
export function blobStoreHarness(
  make: (setting: Setting) => BlobStore | Promise<BlobStore>,
  options: HarnessOptions,
): Harness {
  return harnessOf(options, { BlobStore: (_, setting) => make(setting) });
}

/**
 * Put a blob store in files before the suite, with the cases of its folder as well.
 *
 * @param make - Makes a store below a root folder, which may not be there yet.
 * @param options - Its name, and whether it has the capabilities `content_types` and `kill`.
 * @param folder - Makes a new folder, which is removed at the end of the case.
 */
export function filesystemBlobStoreHarness(
  make: (root: string) => BlobStore | Promise<BlobStore>,
  folder: (setting: Setting) => string,
  options: HarnessOptions,
): Harness {
  const named: SubjectFactory = ({ root }) => make(root as string);
  const any: SubjectFactory = (_, setting) => make(setting.once("root", () => folder(setting)));
  return harnessOf(options, { BlobStore: any, FilesystemBlobStore: named });
}
