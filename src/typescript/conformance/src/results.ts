/**
 * Outcomes as files, from which a page with all implementations is made.
 *
 * @packageDocumentation
 */

import type { Outcome } from "./judge.js";

/** The environment variable that names the folder. */
const FOLDER = "DAGSTACK_CONFORMANCE_RESULTS";

interface NodeLike {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly getBuiltinModule?: (id: string) => unknown;
}

interface FileSystem {
  mkdirSync(path: string, options: { recursive: true }): void;
  writeFileSync(path: string, text: string): void;
}

/**
 * Write the outcomes of a whole run where the environment says so; without that, and outside of
 * Node.js, nothing happens.
 */
export function writeResults(
  suite: string,
  implementation: string,
  outcomes: readonly Outcome[],
): void {
  // Not imported, so that this module loads in a browser.
  const { process } = globalThis as { readonly process?: NodeLike };
  const folder = process?.env?.[FOLDER] ?? "";
  if (folder === "") return;
  const files = process?.getBuiltinModule?.("node:fs") as FileSystem | undefined;
  if (files === undefined) throw new Error(`${FOLDER} is set, but there is no file system`);
  const sorted = [...outcomes]
    .sort((a, b) => (a.case < b.case ? -1 : a.case > b.case ? 1 : a.row - b.row))
    .map(({ case: name, row, outcome, reason }) => ({ case: name, row, outcome, reason }));
  const run = { language: "typescript", suite, implementation, outcomes: sorted };
  files.mkdirSync(folder, { recursive: true });
  const file = `typescript-${suite}-${implementation}.json`;
  files.writeFileSync(`${folder}/${file}`, `${JSON.stringify(run, null, 2)}\n`);
}
