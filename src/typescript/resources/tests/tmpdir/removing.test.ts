import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { SystemTempDir } from "../../src/node/tmpdir/system.js";

let base: string;
let parent: string;
let outside: string;
let folder: SystemTempDir;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), "tmpdir-"));
  parent = join(base, "parent");
  outside = join(base, "outside");
  mkdirSync(parent);
  mkdirSync(outside);
  writeFileSync(join(outside, "file"), "precious");
  chmodSync(join(outside, "file"), 0o640);
  folder = await SystemTempDir.create({ parent });
});

afterEach(async () => {
  await folder.close();
  rmSync(base, { recursive: true, force: true });
});

function expectOutsideAsItWas(): void {
  expect(readdirSync(outside)).toEqual(["file"]);
  expect(readFileSync(join(outside, "file"), "utf8")).toBe("precious");
  expect(statSync(join(outside, "file")).mode & 0o777).toBe(0o640);
}

describe("closing", () => {
  test("removes all that is in it", async () => {
    writeFileSync(await folder.createFile("file"), "x");
    const inner = await folder.createSubdir("folder");
    mkdirSync(join(inner, "a", "b", "c"), { recursive: true });
    writeFileSync(join(inner, "a", "b", ".hidden"), "x");
    writeFileSync(Buffer.concat([Buffer.from(`${inner}/`), Buffer.of(0xff, 0x41)]), "no UTF-8");
    mkdirSync(Buffer.concat([Buffer.from(`${inner}/`), Buffer.of(0xfe)]));
    execFileSync("mkfifo", [join(inner, "pipe")]);
    for (let count = 0; count < 200; count++) writeFileSync(join(inner, String(count)), "x");
    await folder.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  test("lets the event loop go on meanwhile", async () => {
    for (let count = 0; count < 1000; count++) writeFileSync(join(folder.path, String(count)), "x");
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    await folder.close();
    clearInterval(count);
    expect(turns).toBeGreaterThan(0);
  });

  test("removes links, and follows none", async () => {
    symlinkSync(outside, join(folder.path, "folder"));
    symlinkSync(join(outside, "file"), join(folder.path, "file"));
    symlinkSync("..", join(folder.path, "up"));
    symlinkSync("missing", join(folder.path, "dangling"));
    await folder.close();
    expect(readdirSync(parent)).toEqual([]);
    expectOutsideAsItWas();
  });

  test("leaves alone what took its name, and empties the folder wherever it is", async () => {
    writeFileSync(await folder.createFile("file"), "x");
    const ours = dirname(folder.path);
    renameSync(ours, join(base, "moved"));
    symlinkSync(outside, ours);
    await folder.close();
    expectOutsideAsItWas();
    expect(readdirSync(join(base, "moved"))).toEqual([]);
  });

  test("is fine where the folder is gone already", async () => {
    rmSync(dirname(folder.path), { recursive: true });
    await folder.close();
  });

  test("removes trees of any depth", async () => {
    // Deeper than any path may be long: made by moving one chain into the next.
    const chain = (): string => {
      const top = join(folder.path, "top");
      mkdirSync(join(top, ...Array<string>(60).fill("x".repeat(50))), { recursive: true });
      return top;
    };
    for (let count = 0; count < 6; count++) {
      const top = chain();
      if (existsSync(join(folder.path, "whole"))) {
        renameSync(join(folder.path, "whole"), join(top, "whole"));
      }
      renameSync(top, join(folder.path, "whole"));
    }
    await folder.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  test("removes wide trees", async () => {
    for (let count = 0; count < 300; count++) {
      mkdirSync(join(folder.path, String(count), "a"), { recursive: true });
    }
    await folder.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  test("lets whoever writes by path find no folder, and removes what is written even so", async () => {
    const { path } = folder;
    for (let count = 0; count < 300; count++) mkdirSync(join(path, String(count)));
    const closing = folder.close();
    expect(() => {
      writeFileSync(join(path, "late"), "x");
    }).toThrow("ENOENT");
    const [moved = ""] = readdirSync(parent);
    expect(moved).toMatch(/-closing$/);
    let written = 0;
    for (let count = 0; count < 20; count++) {
      await new Promise(setImmediate);
      try {
        mkdirSync(join(parent, moved, `late-${count}`));
        writeFileSync(join(parent, moved, `late-${count}`, "x"), "x");
        written++;
      } catch {
        break;
      }
    }
    await closing;
    expect(written).toBeGreaterThan(0);
    expect(readdirSync(parent)).toEqual([]);
  });

  test("removes what is read-only or shut, for other users than root, too", () => {
    const program = new URL("shut.mjs", import.meta.url);
    const output = execFileSync(process.execPath, [fileURLToPath(program)], { encoding: "utf8" });
    expect(output).toBe("gone\n");
  });
});
