/** Cases of blob stores in files that need other processes, or a disk that fails. */

import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ByHand } from "@dagstack/conformance";
import type { Folder } from "@dagstack/conformance/node";
import { BackendFailed, type BlobStore, isBlobNotFound } from "@dagstack/contracts";
import { expect } from "vitest";

import type { FilesystemBlobStore } from "../../src/node/index.js";
import { numberOf } from "../blobs/numbered.mjs";
import { failure } from "../http/clients.js";
import { Program, randomTime } from "../programs.js";
import { diskFull, intercepting, type Interception } from "./disk.js";

const LAYOUT = fileURLToPath(
  new URL("../../../../../spec/conformance/filesystem-layout", import.meta.url),
);
const ROUNDS = 20;

/** The root of the store that the case is given. */
function rootOf(store: unknown): string {
  return (store as FilesystemBlobStore).root;
}

/** All numbered blobs, by key; fails if one is not whole, or gone without being deleted. */
async function numbers(
  store: BlobStore,
  mayBeDeleted: (key: string) => boolean = () => false,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const key of await store.list()) {
    try {
      found.set(key, numberOf(await store.get(key)));
    } catch (error) {
      if (!(isBlobNotFound(error) && mayBeDeleted(key))) throw error;
    }
  }
  return found;
}

/** Start a program that writes without pause. */
function writer(store: BlobStore, name: string): Program {
  return new Program("blobs/writer.mjs", rootOf(store), name);
}

/** Kill a writer, which must not have ended by itself; return the last lines that it said. */
async function killed(writer: Program): Promise<string[]> {
  const rest = await writer.kill();
  expect(writer.exitCode).toBeNull();
  return rest;
}

/** Bodies by the names of the cases. */
export const filesByHand: Readonly<Record<string, ByHand>> = {
  processes_share_the_blobs: async ({ given }) => {
    const store = given.store as BlobStore;
    await using a = writer(store, "a");
    await using b = writer(store, "b");
    for (let count = 0; count < 6; count++) {
      expect(await a.line()).toBeDefined();
      expect(await b.line()).toBeDefined();
      await numbers(store, (key) => key.startsWith("fresh/"));
    }
    await Promise.all([killed(a), killed(b)]);
    const found = await numbers(store);
    for (const name of ["a", "b"]) expect(found.get(`own/${name}/0`)).toBeGreaterThan(0);
    expect(found.get("shared/0")).toBeGreaterThan(0);
  },

  a_killed_writer_leaves_whole_blobs: async ({ given }) => {
    const store = given.store as BlobStore;
    for (let round = 0; round < ROUNDS; round++) {
      await using a = writer(store, "a");
      await using b = writer(store, "b");
      const said = { a: [await a.line()], b: [await b.line()] };
      await randomTime(20);
      said.a.push(...(await killed(a)));
      await randomTime(5);
      said.b.push(...(await killed(b)));
      const found = await numbers(store);
      for (const [name, lines] of Object.entries(said)) {
        expect(lines[0]).toBe("1");
        for (const number of lines.filter((line) => /^\d+$/.test(line ?? "")).map(Number)) {
          expect(found.get(`own/${name}/${number % 3}`)).toBeGreaterThanOrEqual(number);
        }
      }
      for (const key of await store.list()) await store.delete(key);
    }
  },

  the_shared_folder_is_read: async ({ given }) => {
    const folder = given.folder as Folder;
    const store = given.store as FilesystemBlobStore;
    cpSync(join(LAYOUT, "root"), folder.path, { recursive: true });
    const contents = JSON.parse(readFileSync(join(LAYOUT, "contents.json"), "utf8")) as Contents;
    const keys = contents.blobs.map(({ key }) => key);
    const inOrder = keys.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect(await store.list()).toEqual(inOrder);
    for (const { key, data, content_type: contentType } of contents.blobs) {
      expect(Buffer.from(await store.get(key)).toString("base64")).toBe(data);
      expect(await store.contentType(key)).toBe(contentType);
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
        const error = await failure(BackendFailed, store.put("key", new Uint8Array([2])));
        expect(error.operation).toBe("put");
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
    await store.put("before", new Uint8Array([1])); // or the folder of temporary files is new, too
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
    const [parent, folder] = [seen.indexOf(root), seen.indexOf(join(root, "a%d"))];
    expect(parent).toBeGreaterThanOrEqual(0);
    expect(folder).toBeGreaterThan(Math.max(parent, named));
  },
};

interface Contents {
  readonly blobs: readonly Readonly<Record<"key" | "data" | "content_type", string>>[];
}
