/** Cases of temporary directories that need other processes. */

import { readdirSync, readFileSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";

import type { ByHand } from "@dagstack/conformance";
import type { Folder } from "@dagstack/conformance/node";
import { expect } from "vitest";

import { SystemTempDir } from "../../src/node/index.js";
import { Program, randomTime } from "../programs.js";

const PROGRAM = "tmpdir/program.mjs";
const ROUNDS = 6;

/** Make the next directory with the same parent, which removes what was left, and close it. */
async function nextOne(parent: string): Promise<void> {
  await (await SystemTempDir.create({ parent })).close();
}

/** Bodies by the names of the cases. */
export const tmpdirByHand: Readonly<Record<string, ByHand>> = {
  the_end_of_the_process_removes_the_folder: async ({ given }) => {
    const { path } = given.parent as Folder;
    for (const what of ["exit", "throw"]) {
      await using program = new Program(PROGRAM, path, what);
      expect((await program.line())?.startsWith(path)).toBe(true);
      await program.end();
      expect(readdirSync(path)).toEqual([]);
    }
  },

  what_a_killed_process_left_is_removed: async ({ given }) => {
    const [parent, outside] = [given.parent as Folder, given.outside as Folder];
    const precious = new TextEncoder().encode("precious");
    outside.write("file", precious);
    parent.write("other/file", precious);
    parent.write("note", precious);
    parent.link("link", outside.path);
    // Named as ours are, or nearly so.
    const [misnamed, plain] = ["dagstack-node-stranger", "dagstack-node-0123456789abcdef"];
    parent.write(`${misnamed}/file`, precious);
    parent.write(plain, precious);
    await using program = new Program(PROGRAM, parent.path, "stay");
    const left = (await program.line()) ?? "";
    symlinkSync(outside.path, join(left, "folder", "link"));
    await program.kill();
    await nextOne(parent.path);
    expect(parent.names("")).toEqual([plain, misnamed, "link", "note", "other"]);
    for (const path of [plain, `${misnamed}/file`, "note", "other/file"]) {
      expect(parent.read(path)).toEqual(precious);
    }
    expect(outside.names("")).toEqual(["file"]);
    expect(outside.read("file")).toEqual(precious);
  },

  a_running_process_keeps_its_folder: async ({ given }) => {
    const { path } = given.parent as Folder;
    await using program = new Program(PROGRAM, path, "stay");
    const own = (await program.line()) ?? "";
    for (let count = 0; count < 3; count++) await nextOne(path);
    expect(readFileSync(join(own, "folder", "file"), "utf8")).toBe("x");
    await program.kill();
    await nextOne(path);
    expect(readdirSync(path)).toEqual([]);
  },

  killed_at_any_moment_nothing_stays: async ({ given }) => {
    const { path } = given.parent as Folder;
    for (let round = 0; round < ROUNDS; round++) {
      const program = new Program(PROGRAM, path, "churn");
      await program.line();
      await randomTime(40);
      await program.kill();
      // What was being made is left alone for a second.
      for (const name of readdirSync(path)) {
        if (name.endsWith("-new")) utimesSync(join(path, name), 0, 0);
      }
      await nextOne(path);
      expect(readdirSync(path)).toEqual([]);
    }
  },
};
