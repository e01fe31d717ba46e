import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";

import {
  InvalidArgument,
  ResourceClosed,
  type TempDir,
  findProblems,
  tempDirMembers,
} from "@dagstack/contracts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { SystemTempDir } from "../../src/node/tmpdir/system.js";

let base: string;
let parent: string;
let folder: SystemTempDir;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), "tmpdir-"));
  parent = join(base, "parent");
  mkdirSync(parent);
  folder = await SystemTempDir.create({ parent });
});

afterEach(async () => {
  await folder.close();
  rmSync(base, { recursive: true });
});

const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);

/** Names that are none, and why. */
const REFUSED: readonly (readonly [string, string])[] = [
  ["", "is empty"],
  [".", "stands for a folder that is there already"],
  ["..", "stands for a folder that is there already"],
  ...["a/b", "/a", "a/", "../a", "a\\b", "\\", "C:\\x"].map(
    (name) => [name, "holds a separator"] as const,
  ),
  ...["a\0", "\n", "a\x1fb", "\x7f", "\x85"].map(
    (name) => [name, "holds a control character"] as const,
  ),
  ...["C:", "c:x", "z:"].map((name) => [name, "begins with a drive letter"] as const),
  ["\ud800", "is not valid Unicode"],
  ["é".repeat(128), "is longer than 255 bytes in UTF-8: 256"],
];

describe("SystemTempDir", () => {
  test("has the members of its interface", () => {
    expect(findProblems(folder satisfies TempDir, tempDirMembers)).toEqual([]);
  });

  test("is where it was told to be, or where the system has temporary files", async () => {
    expect(relative(parent, folder.path).startsWith("dagstack-node-")).toBe(true);
    await using other = await SystemTempDir.create();
    expect(other.path.startsWith(join(tmpdir(), "dagstack-node-"))).toBe(true);
    await using named = await SystemTempDir.create({ parent, prefix: "reports-" });
    expect(basename(named.path)).toMatch(/^reports-[0-9a-f]{16}$/);
  });

  test("keeps its path, absolute, also after the close", async () => {
    const before = process.cwd();
    process.chdir(base);
    try {
      await using inside = await SystemTempDir.create({ parent: "parent" });
      expect(inside.path.startsWith(parent)).toBe(true);
      await inside.close();
      expect(inside.path.startsWith(parent)).toBe(true);
    } finally {
      process.chdir(before);
    }
  });

  test("takes a link as its parent", async () => {
    symlinkSync(parent, join(base, "link"));
    await using inside = await SystemTempDir.create({ parent: join(base, "link") });
    expect(dirname(dirname(inside.path))).toBe(join(base, "link"));
  });

  test("refuses a parent that is none, or a prefix", async () => {
    writeFileSync(join(base, "file"), "x");
    for (const [options, argument] of [
      [{ parent: join(base, "missing") }, "parent"],
      [{ parent: join(base, "file") }, "parent"],
      [{ parent: join(base, "file", "x") }, "parent"],
      [{ parent: "a\0b" }, "parent"],
      [{ parent: 1 as never }, "parent"],
      [{ parent, prefix: "a/b" }, "prefix"],
      [{ parent, prefix: "x".repeat(250) }, "prefix"],
      [{ parent, prefix: 1 as never }, "prefix"],
    ] as const) {
      await expect(SystemTempDir.create(options)).rejects.toMatchObject({
        name: "InvalidArgument",
        argument,
      });
    }
    expect(readdirSync(parent).length).toBe(1);
  });

  test("works below a path that is too long for a socket", async () => {
    const long = join(parent, "x".repeat(200));
    mkdirSync(long);
    await using inside = await SystemTempDir.create({ parent: long });
    await using other = await SystemTempDir.create({ parent: long });
    expect(readdirSync(long).length).toBe(2);
    expect(inside.path).not.toBe(other.path);
  });

  test.each([0, 0o022, 0o077, 0o777])("has its modes under umask %o", async (umask) => {
    const before = process.umask(umask);
    try {
      await using inside = await SystemTempDir.create({ parent });
      const file = await inside.createFile("file");
      const subdir = await inside.createSubdir("folder");
      const paths = [dirname(inside.path), inside.path, subdir, file];
      expect(paths.map(modeOf)).toEqual(["700", "700", "700", "600"]);
    } finally {
      process.umask(before);
    }
  });

  test("hands down no bits of its parent", async () => {
    chmodSync(parent, 0o2700);
    await using inside = await SystemTempDir.create({ parent });
    expect([inside.path, await inside.createSubdir("folder")].map(modeOf)).toEqual(["700", "700"]);
  });

  test("creates a file that is new and empty", async () => {
    const path = await folder.createFile("report", { suffix: ".csv" });
    expect(path).toBe(join(folder.path, "report.csv"));
    expect(readFileSync(path, "utf8")).toBe("");
    expect(readdirSync(folder.path)).toEqual(["report.csv"]);
  });

  test.each([
    ...[
      "a b",
      "~",
      "$HOME",
      "*",
      "-rf",
      "CON",
      "ab:c",
      "é",
      "😀",
      ".hidden",
      "...",
      "x".repeat(255),
    ],
    ...["alive", "dagstack-node-0123456789abcdef", "__proto__", "%s"],
  ])("takes the name %s literally", async (name) => {
    expect(await folder.createFile(name)).toBe(join(folder.path, name));
    expect(readdirSync(folder.path)).toEqual([name]);
  });

  test.each(REFUSED)("refuses the name %j", async (name, problem) => {
    const before = readdirSync(base, { recursive: true });
    const refused = { argument: "name", reason: expect.stringContaining(problem) as string };
    await expect(folder.createFile(name)).rejects.toMatchObject(refused);
    await expect(folder.createSubdir(name)).rejects.toMatchObject(refused);
    await expect(folder.createFile(name)).rejects.toBeInstanceOf(InvalidArgument);
    expect(readdirSync(base, { recursive: true })).toEqual(before);
  });

  test.each(["/", "/../../escape", "\\x", "\0", "\n", "x".repeat(252), "\ud800"])(
    "refuses the suffix %j",
    async (suffix) => {
      await expect(folder.createFile("name", { suffix })).rejects.toMatchObject({
        name: "InvalidArgument",
        argument: "suffix",
      });
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );

  test("refuses what is no text", async () => {
    for (const name of [undefined, null, 1, {}, ["a"]] as never[]) {
      await expect(folder.createFile(name)).rejects.toBeInstanceOf(InvalidArgument);
      await expect(folder.createSubdir(name)).rejects.toBeInstanceOf(InvalidArgument);
    }
    await expect(folder.createFile("a", { suffix: 1 as never })).rejects.toMatchObject({
      argument: "suffix",
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("leaves what has the name already as it is", async () => {
    const outside = join(base, "outside");
    const taken = { name: "AlreadyExists", taken: "a" };
    for (const make of [
      (path: string) => {
        writeFileSync(path, "old");
      },
      (path: string) => {
        mkdirSync(path);
      },
      (path: string) => {
        symlinkSync(outside, path);
      },
    ]) {
      const path = join(folder.path, "a");
      make(path);
      const before = lstatSync(path);
      await expect(folder.createFile("a")).rejects.toMatchObject(taken);
      await expect(folder.createSubdir("a")).rejects.toMatchObject(taken);
      expect(lstatSync(path)).toEqual(before);
      rmSync(path, { recursive: true });
    }
    expect(readdirSync(base)).toEqual(["parent"]);
  });

  test("gives a name to one of those who ask for it", async () => {
    const asking = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? folder.createFile("a") : folder.createSubdir("a"),
    );
    const answers = await Promise.allSettled(asking);
    expect(answers.filter((answer) => answer.status === "fulfilled").length).toBe(1);
  });

  test("shares its folder with no other", async () => {
    const others = await Promise.all(
      Array.from({ length: 16 }, () => SystemTempDir.create({ parent })),
    );
    expect(new Set(others.map((other) => other.path)).size).toBe(16);
    for (const other of others) await other.createFile("a");
    await Promise.all(others.map((other) => other.close()));
    expect(readdirSync(parent).length).toBe(1);
  });

  test("is closed once, and then creates nothing", async () => {
    await Promise.all([folder.close(), folder.close(), folder[Symbol.asyncDispose]()]);
    await folder.close();
    expect(readdirSync(parent)).toEqual([]);
    const closed = { name: "ResourceClosed", resource: "SystemTempDir" };
    await expect(folder.createFile("a")).rejects.toMatchObject(closed);
    await expect(folder.createSubdir("a")).rejects.toBeInstanceOf(ResourceClosed);
  });

  test("says what the file system refuses", async () => {
    rmSync(folder.path, { recursive: true });
    const failed = { name: "BackendFailed", detail: "no such file or directory" };
    await expect(folder.createFile("a")).rejects.toMatchObject({
      ...failed,
      operation: "create_file",
    });
    await expect(folder.createSubdir("a")).rejects.toMatchObject({
      ...failed,
      operation: "create_subdir",
    });
  });

  test.skipIf(process.platform !== "linux")("leaves nothing open, and lends nothing", async () => {
    const open = (): string[] =>
      readdirSync("/proc/self/fd").flatMap((name) => {
        try {
          return [readlinkSync(`/proc/self/fd/${name}`)].filter((path) => path.startsWith(base));
        } catch {
          return [];
        }
      });
    const before = open().length;
    await using inside = await SystemTempDir.create({ parent });
    await inside.createFile("a");
    await inside.createSubdir("b");
    await inside.createFile("a").catch(() => undefined);
    expect(open().length).toBe(before + 3);
    const lent = execFileSync("ls", ["-l", "/proc/self/fd"], { encoding: "utf8" });
    expect(lent).not.toContain(base);
    await inside.close();
    expect(open().length).toBe(before);
  });
});
