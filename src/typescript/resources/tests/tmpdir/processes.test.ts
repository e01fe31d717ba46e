import {
  chmodSync,
  existsSync,
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
import { basename, dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { SystemTempDir } from "../../src/node/tmpdir/system.js";
import { Program } from "../programs.js";

const PROGRAM = "tmpdir/program.mjs";

let base: string;
let parent: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "tmpdir-"));
  parent = join(base, "parent");
  mkdirSync(parent);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(base, { recursive: true });
});

/** Make another one below the same parent, which sweeps, and close it. */
async function sweep(): Promise<void> {
  await (await SystemTempDir.create({ parent })).close();
}

describe("at the end of the process", () => {
  test.each(["exit", "throw", "idle", "stay"])("the folder is removed (%s)", async (what) => {
    await using program = new Program(PROGRAM, parent, what);
    const path = (await program.line()) ?? "";
    expect(path.startsWith(parent)).toBe(true);
    await program.end();
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe("a sweep", () => {
  test.each(["SIGKILL", "SIGTERM"] as const)("removes what %s left", async (signal) => {
    await using program = new Program(PROGRAM, parent, "stay");
    const path = (await program.line()) ?? "";
    await program.kill(signal);
    expect(existsSync(join(path, "folder", "file"))).toBe(true);
    symlinkSync(base, join(path, "link"));
    await sweep();
    expect(readdirSync(parent)).toEqual([]);
    expect(existsSync(parent)).toBe(true);
  });

  test.each(["stay", "busy"])("leaves the folder of a process that lives (%s)", async (what) => {
    await using program = new Program(PROGRAM, parent, what);
    const path = (await program.line()) ?? "";
    // However old it looks.
    utimesSync(dirname(path), 0, 0);
    for (let count = 0; count < 5; count++) await sweep();
    expect(existsSync(join(path, "folder", "file"))).toBe(true);
    if (what === "busy") await program.kill();
    else await program.end();
  });

  test("leaves the folder of a process that is stopped", async () => {
    await using program = new Program(PROGRAM, parent, "stay");
    const path = (await program.line()) ?? "";
    program.signal("SIGSTOP");
    try {
      await sweep();
      expect(existsSync(join(path, "file"))).toBe(true);
    } finally {
      program.signal("SIGCONT");
    }
    await program.end();
  });

  test("leaves the folders of this process", async () => {
    await using folder = await SystemTempDir.create({ parent });
    await sweep();
    expect(existsSync(folder.path)).toBe(true);
  });

  test("finds nothing after processes were killed at any moment", async () => {
    for (let round = 0; round < 4; round++) {
      const programs = Array.from({ length: 3 }, () => new Program(PROGRAM, parent, "churn"));
      for (const program of programs) await program.line();
      await using own = await SystemTempDir.create({ parent });
      await new Promise((resume) => setTimeout(resume, 7 * round));
      await Promise.all(programs.map((program) => program.kill()));
      expect(existsSync(own.path)).toBe(true);
      // What was being made is left alone for a second.
      for (const name of readdirSync(parent)) {
        if (name.endsWith("-new")) utimesSync(join(parent, name), 0, 0);
      }
      await sweep();
      expect(readdirSync(parent)).toEqual([basename(dirname(own.path))]);
    }
  }, 60_000);

  test("leaves alone what is not ours", async () => {
    const outside = join(base, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "file"), "precious");
    const name = (end: string): string => join(parent, `dagstack-node-0123456789abcde${end}`);
    mkdirSync(name("0"));
    mkdirSync(name("")); // too short
    mkdirSync(name("G"));
    writeFileSync(name("1"), "a file");
    symlinkSync(outside, name("2"));
    symlinkSync(outside, name("3-closing"));
    mkdirSync(name("4-new"));
    const soon = Date.now() / 1000 + 60;
    utimesSync(name("4-new"), soon, soon); // somebody makes it just now, however slow this is
    mkdirSync(join(parent, "dagstack-tmp-0123456789abcdef")); // another language's
    const before = readdirSync(parent);
    const warning = vi.spyOn(process, "emitWarning");
    await sweep();
    expect(readdirSync(parent)).toEqual(before);
    expect(readFileSync(join(outside, "file"), "utf8")).toBe("precious");
    expect(warning).not.toHaveBeenCalled();
  });

  test("removes what was being made or removed when its process was killed", async () => {
    for (const end of ["0-new", "1-closing"]) {
      const path = join(parent, `dagstack-node-0123456789abcde${end}`);
      mkdirSync(join(path, "inner", "folder"), { recursive: true });
      chmodSync(path, 0);
      utimesSync(path, 0, 0);
    }
    await sweep();
    expect(readdirSync(parent)).toEqual([]);
  });

  test("in many processes at a time disturbs nobody", async () => {
    await using first = new Program(PROGRAM, parent, "churn");
    await using second = new Program(PROGRAM, parent, "churn");
    await first.line();
    await second.line();
    for (let count = 0; count < 20; count++) {
      await using folder = await SystemTempDir.create({ parent });
      await folder.createFile("file");
      expect(readdirSync(folder.path)).toEqual(["file"]);
    }
  });
});
