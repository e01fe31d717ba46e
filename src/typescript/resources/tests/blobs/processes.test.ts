import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { FilesystemBlobStore } from "../../src/node/blobs/filesystem.js";
import { Program } from "../programs.js";
import { numberOf } from "./numbered.mjs";

const ROUNDS = 8;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "store-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Everything that is stored, by key; fails if any of it is not whole. */
async function numbers(): Promise<Map<string, number>> {
  const store = await FilesystemBlobStore.open(root);
  const found = new Map<string, number>();
  for (const key of await store.list()) found.set(key, numberOf(await store.get(key)));
  return found;
}

function staged(): string[] {
  return readdirSync(join(root, "%tmp"));
}

test("killed writers leave whole blobs, and what they were told is stored is there", async () => {
  const promised = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const names = ["a", "b"];
    const writers = names.map((name) => new Program("blobs/writer.mjs", root, name));
    // Killed at another step of the work in each round.
    for (let count = 0; count < 3 + round; count++) await writers[0]?.line();
    const rest = await Promise.all(writers.map((writer) => writer.kill()));
    rest.forEach((lines, index) => {
      for (const line of lines.filter((each) => /^\d+$/.test(each))) {
        promised.set(`own/${names[index] ?? ""}/${Number(line) % 3}`, Number(line));
      }
    });
    const found = await numbers();
    for (const [key, number] of promised)
      expect(found.get(key) ?? 0).toBeGreaterThanOrEqual(number);
    // The next round begins from 1 again.
    promised.clear();
    const store = await FilesystemBlobStore.open(root);
    for (const key of await store.list()) await store.delete(key);
    // A writer that was killed before it had a file for them leaves folders, which mean nothing.
    const left = readdirSync(root, { recursive: true, withFileTypes: true });
    const blobs = left.filter((each) => !each.isDirectory() && !each.parentPath.endsWith("%tmp"));
    expect(blobs).toEqual([]);
  }
  for (const name of staged()) {
    expect(name).toMatch(/^t[0-9a-f]{16}$/);
    utimesSync(join(root, "%tmp", name), 0, Date.now() / 1000 - 3601);
  }
  await FilesystemBlobStore.open(root);
  expect(staged()).toEqual([]);
}, 60_000);

test("two processes and this one share a root", async () => {
  await using first = new Program("blobs/writer.mjs", root, "a");
  await using second = new Program("blobs/writer.mjs", root, "b");
  await first.line();
  await second.line();
  for (let count = 0; count < 10; count++) {
    const found = await numbers().catch((error: unknown) => {
      // A key that was listed may be gone by the time that it is read.
      expect(error).toMatchObject({ name: "BlobNotFound" });
      return undefined;
    });
    if (found !== undefined) expect(found.size).toBeLessThanOrEqual(6 + 2 + 4);
    expect(await first.line()).toBeDefined();
    expect(await second.line()).toBeDefined();
  }
}, 60_000);
