import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { InvalidArgument } from "@dagstack/contracts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { FilesystemBlobStore } from "../../src/node/blobs/filesystem.js";
import { testStore } from "./suite.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let base: string;
let root: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "store-"));
  root = join(base, "root");
});

afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

/** All that is below the root, without the staging folder. */
function tree(): string[] {
  const names = readdirSync(root, { recursive: true }) as string[];
  return names.filter((name) => name !== "%tmp").sort();
}

/** How many files and folders this process has open below the root. */
function openBelowRoot(): number {
  const links = readdirSync("/proc/self/fd").map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return "";
    }
  });
  return links.filter((target) => target.startsWith(base)).length;
}

describe("FilesystemBlobStore, as any store,", () => {
  testStore("FilesystemBlobStore", () => FilesystemBlobStore.open(root));
});

describe("FilesystemBlobStore", () => {
  test("keeps blobs between openings", async () => {
    const first = await FilesystemBlobStore.open(root);
    await first.put("a/b", bytes("x"), { contentType: "text/plain" });
    await first.close();
    const second = await FilesystemBlobStore.open(root);
    expect(await second.get("a/b")).toEqual(bytes("x"));
    expect(await second.contentType("a/b")).toBe("text/plain");
  });

  test("is private under the most generous umask", async () => {
    const before = process.umask(0);
    try {
      const store = await FilesystemBlobStore.open(root);
      await store.put("a/b", bytes("x"));
    } finally {
      process.umask(before);
    }
    const modes = ["", "%tmp", "a%d", "a%d/b%f"].map(
      (name) => lstatSync(join(root, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o700, 0o600]);
  });

  test("leaves no folder of deleted blobs", async () => {
    const store = await FilesystemBlobStore.open(root);
    await store.put("a/b/c", bytes("x"));
    await store.put("a/d", bytes("x"));
    await store.delete("a/b/c");
    expect(tree()).toEqual(["a%d", "a%d/d%f"]);
    await store.delete("a/d");
    expect(tree()).toEqual([]);
  });

  test("leaves alone what is not of the layout", async () => {
    const store = await FilesystemBlobStore.open(root);
    await store.put("a/b", bytes("x"));
    for (const name of ["README.txt", "%61%f", "a%d/notes", "%tmp/f00", "%tmp/t0123456789abcdef"]) {
      writeFileSync(join(root, name), "x");
    }
    mkdirSync(join(root, "c%f"));
    const before = tree();
    expect(await store.list()).toEqual(["a/b"]);
    await store.delete("a/b");
    await FilesystemBlobStore.open(root);
    expect(tree()).toEqual(before.filter((name) => name !== "a%d/b%f"));
  });

  test("follows no links below its root", async () => {
    const outside = join(base, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "b%f"), "secret");
    const store = await FilesystemBlobStore.open(root);
    symlinkSync(outside, join(root, "a%d"));
    symlinkSync(join(outside, "b%f"), join(root, "b%f"));
    for (const key of ["a/b", "b"]) {
      expect(await store.exists(key)).toBe(false);
      await expect(store.get(key)).rejects.toMatchObject({ name: "BlobNotFound" });
      await store.delete(key);
    }
    expect(await store.list()).toEqual([]);
    expect(await store.list("a/")).toEqual([]);
    await expect(store.put("a/b", bytes("x"))).rejects.toMatchObject({ name: "BackendFailed" });
    await store.put("b", bytes("x"));
    expect(await store.get("b")).toEqual(bytes("x"));
    expect(readdirSync(outside)).toEqual(["b%f"]);
    expect(readFileSync(join(outside, "b%f"), "utf8")).toBe("secret");
  });

  test("follows no link to write temporary files", async () => {
    const outside = join(base, "outside");
    mkdirSync(outside);
    mkdirSync(root);
    writeFileSync(join(outside, "t0123456789abcdef"), "x");
    utimesSync(join(outside, "t0123456789abcdef"), 0, 0);
    const store = await FilesystemBlobStore.open(root);
    symlinkSync(outside, join(root, "%tmp"));
    await expect(store.put("a", bytes("x"))).rejects.toMatchObject({ operation: "put" });
    await expect(FilesystemBlobStore.open(root)).rejects.toMatchObject({ operation: "open" });
    expect(readdirSync(outside)).toEqual(["t0123456789abcdef"]);
  });

  test("does not wait for pipes", async () => {
    const store = await FilesystemBlobStore.open(root);
    execFileSync("mkfifo", [join(root, "a%f")]);
    await expect(store.get("a")).rejects.toMatchObject({ name: "BlobNotFound" });
    expect([await store.exists("a"), await store.list()]).toEqual([false, []]);
    await store.put("a", bytes("x"));
    expect(await store.get("a")).toEqual(bytes("x"));
  });

  test("means the open folder while it works, whatever takes its name", async () => {
    const store = await FilesystemBlobStore.open(root);
    const outside = join(base, "outside");
    mkdirSync(outside);
    const putting = Array.from({ length: 200 }, (_, index) =>
      store.put(`a/${index}`, bytes("x")).catch(() => undefined),
    );
    for (let count = 0; count < 20; count++) {
      await new Promise(setImmediate);
      if (!existsSync(join(root, "a%d"))) continue;
      renameSync(join(root, "a%d"), join(base, `moved-${count}`));
      symlinkSync(outside, join(root, "a%d"));
      await new Promise(setImmediate);
      rmSync(join(root, "a%d"));
    }
    await Promise.all(putting);
    expect(readdirSync(outside)).toEqual([]);
  });

  const HEADER = '{"content_type":"text/plain","key":"a","size":1}';
  const file = (header: string, blob: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(header));
    return Buffer.concat([Buffer.from("dagblob1"), length, Buffer.from(header + blob)]);
  };

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["something else", Buffer.from("hello, world")],
    ["no length", Buffer.from("dagblob1\0\0")],
    ["a header that is cut off", file(HEADER, "x").subarray(0, 30)],
    ["a header that is no JSON", file("{", "x")],
    ["a header that is no object", file("null", "x")],
    ["a header without a key", file('{"content_type":"a/b","size":1}', "x")],
    ["a header with a broken size", file(HEADER.replace("1}", '"1"}'), "x")],
    [
      "a header that is not UTF-8",
      Buffer.concat([file(HEADER, "x").subarray(0, 12), Buffer.alloc(60, 255)]),
    ],
    ["another key", file(HEADER.replace('"a"', '"b"'), "x")],
    ["too little", file(HEADER, "")],
    ["too much", file(HEADER, "xy")],
  ])("serves no file that holds %s", async (_, content) => {
    const store = await FilesystemBlobStore.open(root);
    writeFileSync(join(root, "a%f"), content);
    for (const read of [() => store.get("a"), () => store.contentType("a")]) {
      await expect(read()).rejects.toMatchObject({
        name: "BackendFailed",
        detail: expect.stringMatching(/^the file of the key is damaged: it/) as string,
      });
    }
    expect([await store.exists("a"), await store.list()]).toEqual([true, ["a"]]);
    await store.put("a", bytes("whole"));
    expect(await store.get("a")).toEqual(bytes("whole"));
  });

  test("reads headers as others may write them", async () => {
    const store = await FilesystemBlobStore.open(root);
    const header = '{ "size": 2, "more": [1], "key": "é", "content_type": "text/plain" }';
    writeFileSync(join(root, "%c3%a9%f"), file(header, "ok"));
    expect(await store.get("é")).toEqual(bytes("ok"));
    expect(await store.contentType("é")).toBe("text/plain");
  });

  test("makes its root, with its parents", async () => {
    root = join(base, "x", "y", "root");
    await FilesystemBlobStore.open(root);
    expect(lstatSync(root).mode & 0o777).toBe(0o700);
  });

  test("accepts a link as its root, and the folder that it was opened with", async () => {
    mkdirSync(join(base, "real"));
    symlinkSync(join(base, "real"), root);
    const store = await FilesystemBlobStore.open(root);
    await store.put("a", bytes("x"));
    expect(existsSync(join(base, "real", "a%f"))).toBe(true);
    expect(store.root).toBe(root);
  });

  test("refuses a root that is no folder", async () => {
    writeFileSync(root, "x");
    for (const [path, reason] of [
      [root, "it is not a folder"],
      [join(root, "a"), "one of its parents is not a folder"],
      [join(root, "a", "b"), "one of its parents is not a folder"],
      [join(base, "x".repeat(900)), expect.stringContaining("900 are allowed") as string],
      ["", "it is no path"],
      ["a\0b", "it is no path"],
      [1, "it must be a string, not number"],
    ] as const) {
      const opening = FilesystemBlobStore.open(path as string);
      await expect(opening).rejects.toBeInstanceOf(InvalidArgument);
      await expect(opening).rejects.toMatchObject({ argument: "root", reason });
    }
  });

  test("tells when its root is gone", async () => {
    const store = await FilesystemBlobStore.open(root);
    rmSync(root, { recursive: true });
    const failed = { name: "BackendFailed", resource: "FilesystemBlobStore" };
    await expect(store.put("a", bytes("x"))).rejects.toMatchObject({ ...failed, operation: "put" });
    await expect(store.get("a")).rejects.toMatchObject({ ...failed, operation: "get" });
    await expect(store.delete("a")).rejects.toMatchObject({ ...failed, operation: "delete" });
    await expect(store.list()).rejects.toMatchObject({ ...failed, operation: "list" });
    await expect(store.exists("a")).rejects.toMatchObject({ ...failed, operation: "exists" });
    expect(existsSync(root)).toBe(false);
  });

  test("tells what is in the way, and leaves no litter", async () => {
    const store = await FilesystemBlobStore.open(root);
    writeFileSync(join(root, "a%d"), "x");
    mkdirSync(join(root, "b%f"));
    await expect(store.put("a/b", bytes("x"))).rejects.toMatchObject({ name: "BackendFailed" });
    await expect(store.put("b", bytes("x"))).rejects.toMatchObject({ name: "BackendFailed" });
    expect(await store.exists("a/b")).toBe(false);
    expect(readdirSync(join(root, "%tmp"))).toEqual([]);
  });

  test("sweeps what has lain for an hour, and nothing else", async () => {
    mkdirSync(join(root, "%tmp"), { recursive: true });
    const name = (kind: string, digit: string): string =>
      join(root, "%tmp", kind + digit.repeat(16));
    const old = [name("t", "0"), name("f", "1")];
    const stay = [name("t", "2"), name("f", "3"), name("x", "4"), join(root, "%tmp", "t5")];
    for (const path of [...old, ...stay]) writeFileSync(path, "x");
    for (const path of [...old, ...stay.slice(2)]) utimesSync(path, 0, Date.now() / 1000 - 3700);
    await FilesystemBlobStore.open(root);
    expect(old.filter((path) => existsSync(path))).toEqual([]);
    expect(stay.filter((path) => existsSync(path))).toEqual(stay);
  });

  test("begins nothing for calls whose turn comes after the close", async () => {
    const store = await FilesystemBlobStore.open(root);
    const keys = Array.from({ length: 40 }, (_, index) => `${index}`);
    const puts = keys.map((key) => store.put(key, bytes("x")));
    await store.close();
    const outcomes = await Promise.allSettled(puts);
    const stored = keys.filter((_, index) => outcomes[index]?.status === "fulfilled");
    expect(stored).toHaveLength(16);
    for (const outcome of outcomes.slice(16)) {
      expect(outcome).toMatchObject({ reason: { name: "ResourceClosed" } });
    }
    const other = await FilesystemBlobStore.open(root);
    expect(await other.list()).toEqual(stored.sort());
  });

  test("starts again when others sweep its files and folders", async () => {
    const store = await FilesystemBlobStore.open(root);
    await store.put("a/b/0", bytes("x"));
    const progress = { done: false };
    const putting = Promise.all(
      Array.from({ length: 50 }, (_, index) => store.put(`a/b/${index}`, bytes("x"))),
    ).finally(() => {
      progress.done = true;
    });
    putting.catch(() => undefined); // it is awaited below, perhaps later than it fails
    // Fewer times than one blob is tried, however slowly the machine goes.
    let left = 19;
    while (!progress.done) {
      const [name] = readdirSync(join(root, "%tmp"));
      if (name !== undefined && left-- > 0) rmSync(join(root, "%tmp", name), { force: true });
      await new Promise((resume) => setTimeout(resume, 2));
    }
    await putting;
    expect((await store.list()).length).toBe(50);
  });

  test("holds nothing open between calls", async () => {
    const store = await FilesystemBlobStore.open(root);
    await store.put("a/b", bytes("x"));
    await store.get("a/b");
    await store.list();
    await store.exists("a");
    await store.get("b").catch(() => undefined);
    await store.delete("a/b");
    await store.put("x".repeat(300), bytes("x"));
    writeFileSync(join(root, "c%f"), "damaged");
    await store.get("c").catch(() => undefined);
    await store.put("c/d/../e", bytes("x")).catch(() => undefined);
    expect(openBelowRoot()).toBe(0);
  });

  test("reads what another name of the same file holds, and replaces only its own", async () => {
    const store = await FilesystemBlobStore.open(root);
    await store.put("a", bytes("old"));
    linkSync(join(root, "a%f"), join(base, "copy"));
    const before = readFileSync(join(base, "copy"));
    await store.put("a", bytes("new"));
    expect(readFileSync(join(base, "copy"))).toEqual(before);
  });

  test.skipIf(process.getuid?.() === 0)("tells when the disk refuses", async () => {
    const store = await FilesystemBlobStore.open(root);
    await store.put("a", bytes("x"));
    chmodSync(join(root, "%tmp"), 0o500);
    await expect(store.put("a", bytes("y"))).rejects.toMatchObject({
      name: "BackendFailed",
      detail: "permission denied",
    });
    chmodSync(join(root, "%tmp"), 0o700);
    expect(await store.get("a")).toEqual(bytes("x"));
  });
});
