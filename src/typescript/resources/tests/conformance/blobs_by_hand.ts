/** Cases of blob stores in files that need other processes, or a disk that fails. */

import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ByHand } from "@dagstack/conformance";
import type { Folder } from "@dagstack/conformance/node";
import { BackendFailed, type BlobStore } from "@dagstack/contracts";
import { expect } from "vitest";

import { FilesystemBlobStore } from "../../src/node/index.js";
import { numberOf } from "../blobs/numbered.mjs";
import { failure } from "../http/clients.js";
import { Program } from "../programs.js";
import { diskFull, intercepting, type Interception } from "./disk.js";

const LAYOUT = fileURLToPath(
  new URL("../../../../../spec/conformance/filesystem-layout", import.meta.url),
);
const ROUNDS = 20;

/** The root of the store that the case is given. */
function rootOf(store: unknown): string {
  return (store as FilesystemBlobStore).root;
}

/** All numbered blobs, by key; fails if one is not whole. */
async function numbers(store: BlobStore): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const key of await store.list()) {
    const data = await store.get(key).catch((error: unknown) => {
      // A key that was listed may be gone by the time that it is read.
      expect(error).toMatchObject({ name: "BlobNotFound" });
    });
    if (data !== undefined) found.set(key, numberOf(data));
  }
  return found;
}

/** Bodies by the names of the cases. */
export const filesByHand: Readonly<Record<string, ByHand>> = {
  processes_share_the_blobs: async ({ given }) => {
    const store = given.store as BlobStore;
    await using first = new Program("blobs/writer.mjs", rootOf(store), "a");
    await using second = new Program("blobs/writer.mjs", rootOf(store), "b");
    for (let count = 0; count < 6; count++) {
      expect(await first.line()).toBeDefined();
      expect(await second.line()).toBeDefined();
      await numbers(store);
    }
    await Promise.all([first.kill(), second.kill()]);
    const found = await numbers(store);
    for (const name of ["a", "b"]) expect(found.get(`own/${name}/0`)).toBeGreaterThan(0);
    expect(found.get("shared/0")).toBeGreaterThan(0);
  },

  a_killed_writer_leaves_whole_blobs: async ({ given }) => {
    const store = given.store as BlobStore;
    for (let round = 0; round < ROUNDS; round++) {
      const writer = new Program("blobs/writer.mjs", rootOf(store), "a");
      const said: number[] = [];
      const hear = (line: string | undefined): void => {
        if (/^\d+$/.test(line ?? "")) said.push(Number(line));
      };
      // Killed at another step of the work in each round.
      for (let count = 0; count < 1 + (round % 7); count++) hear(await writer.line());
      (await writer.kill()).forEach(hear);
      const found = await numbers(store);
      for (const number of said) {
        expect(found.get(`own/a/${number % 3}`)).toBeGreaterThanOrEqual(number);
      }
      for (const key of await store.list()) await store.delete(key);
    }
  },

  the_shared_folder_is_read: async ({ given }) => {
    const folder = given.folder as Folder;
    cpSync(join(LAYOUT, "root"), folder.path, { recursive: true });
    const contents = JSON.parse(readFileSync(join(LAYOUT, "contents.json"), "utf8")) as Contents;
    const store = await FilesystemBlobStore.open(folder.path);
    const keys = contents.blobs.map(({ key }) => key);
    expect(new Set(await store.list())).toEqual(new Set(keys));
    for (const { key, data } of contents.blobs) {
      expect(Buffer.from(await store.get(key)).toString("base64")).toBe(data);
    }
  },

  a_failing_disk_leaves_the_old_blob: async ({ given }) => {
    const store = given.store as BlobStore;
    const folder = given.folder as Folder;
    await store.put("key", new Uint8Array([1]));
    const failing: readonly Interception[] = [
      { write: diskFull },
      { sync: async (path, real) => (path.includes("/%tmp/") ? diskFull() : real()) },
      { rename: async () => diskFull() },
    ];
    for (const interception of failing) {
      await intercepting(interception, async () => {
        await failure(BackendFailed, store.put("key", new Uint8Array([2])));
      });
      expect(await store.get("key")).toEqual(new Uint8Array([1]));
      expect(folder.names("%tmp")).toEqual([]);
    }
    await store.put("key", new Uint8Array([2]));
    expect(await store.get("key")).toEqual(new Uint8Array([2]));
  },

  a_put_waits_for_the_disk: async ({ given }) => {
    const store = given.store as BlobStore;
    const root = rootOf(store);
    const seen: string[] = [];
    const watching: Interception = {
      sync: async (path, real) => {
        await real();
        seen.push(path.replace(/t[0-9a-f]{16}$/, "temporary"));
      },
      rename: async (_, real) => {
        seen.push("renamed");
        await real();
      },
    };
    await intercepting(watching, () => store.put("a/b", new Uint8Array([1])));
    const [file, named] = [seen.indexOf(join(root, "%tmp/temporary")), seen.indexOf("renamed")];
    expect(file).toBeGreaterThanOrEqual(0);
    expect(named).toBeGreaterThan(file);
    expect(seen.slice(named)).toContain(join(root, "a%d"));
    expect(seen).toContain(root);
  },
};

interface Contents {
  readonly blobs: readonly { readonly key: string; readonly data: string }[];
}
