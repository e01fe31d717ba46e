import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { keyOf, placeOf, readName } from "../../src/node/blobs/layout.js";
import { FilesystemBlobStore } from "../../src/node/blobs/filesystem.js";
import { APART } from "./samples.js";

interface Golden {
  readonly blobs: readonly {
    readonly key: string;
    readonly path: string;
    readonly content_type: string;
    readonly data: string;
  }[];
}

const GOLDEN = fileURLToPath(
  new URL("../../../../../spec/conformance/filesystem-layout/", import.meta.url),
);
const { blobs } = JSON.parse(readFileSync(join(GOLDEN, "contents.json"), "utf8")) as Golden;

const namesOf = (key: string): string[] => {
  const { folders, file } = placeOf(key);
  return [...folders, file];
};

/** Read the names back as a listing does. */
function keyAt(names: readonly string[]): string | undefined {
  const entries = names.map(readName);
  const raw = entries.map((entry, index) =>
    entry?.isFile === (index === names.length - 1) ? entry.text : undefined,
  );
  const whole = raw.filter((text) => text !== undefined);
  return whole.length === names.length ? keyOf(Buffer.concat(whole)) : undefined;
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layout-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("the layout", () => {
  test("can be read back, so no two keys share a path", () => {
    for (const key of [...APART, ...blobs.map((blob) => blob.key)]) {
      expect(keyAt(namesOf(key))).toBe(key);
    }
  });

  test("has names that any disk can hold, and paths within bounds", () => {
    const longest = ["\u{10ffff}".repeat(256), "A/".repeat(511) + "A", "A".repeat(1024)];
    for (const key of [...APART, ...longest]) {
      const names = namesOf(key);
      for (const name of names) {
        expect(name).toMatch(/^[a-z0-9_%+-]{3,242}$/);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/);
      }
      expect(names.join("/").length).toBeLessThanOrEqual(3110);
    }
  });

  test.each([
    ...["a", "%61%f", "a%F", "%C3%a9%f", "a%2fb%f", "A%f", "é%f", "a.b%f", "%f", "a%x", "a%"],
    ...["a%f ", "%2", `${"z".repeat(81)}%f`, `${"z".repeat(79)}%+`, `${"z".repeat(81)}%+`, "a%f\n"],
  ])("does not know the name %j", (name) => {
    expect(readName(name)).toBeUndefined();
  });

  test.each([
    ["..%f", undefined],
    ["%2e%2e%f", undefined],
    ["%ff%f", undefined],
    ["%ed%a0%80%f", undefined],
    ["%00%f", undefined],
    ["%ef%bb%bf%f", "\ufeff"],
  ])("finds in %j the key %j", (name, key) => {
    expect(keyAt([name])).toBe(key);
  });
});

describe("the golden folder", () => {
  test("is read as it was meant", async () => {
    cpSync(join(GOLDEN, "root"), folder, { recursive: true });
    const before = readdirSync(folder, { recursive: true }).sort();
    await using store = await FilesystemBlobStore.open(folder);
    expect((await store.list()).sort()).toEqual(blobs.map((blob) => blob.key).sort());
    for (const { key, content_type: contentType, data } of blobs) {
      expect(await store.exists(key)).toBe(true);
      expect(await store.contentType(key)).toBe(contentType);
      expect(Buffer.from(await store.get(key)).toString("base64")).toBe(data);
    }
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });

  test("is written byte for byte", async () => {
    await using store = await FilesystemBlobStore.open(folder);
    for (const { key, content_type: contentType, data } of blobs) {
      await store.put(key, Buffer.from(data, "base64"), { contentType });
    }
    for (const { path } of blobs) {
      const golden = readFileSync(join(GOLDEN, "root", path));
      expect(Buffer.compare(readFileSync(join(folder, path)), golden)).toBe(0);
    }
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile()).length).toBe(blobs.length);
    expect(readdirSync(join(folder, "%tmp"))).toEqual([]);
  });
});
