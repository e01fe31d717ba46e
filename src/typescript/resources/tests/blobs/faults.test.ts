import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import type * as promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { FilesystemBlobStore } from "../../src/node/blobs/filesystem.js";

/** Makes one call of the file system fail, or cuts all reading and writing into pieces. */
const faults = vi.hoisted(() => {
  const state = { calls: 0, failing: 0, failed: "", code: "EIO", piece: Infinity };
  const check = (name: string): void => {
    state.calls++;
    if (state.calls !== state.failing) return;
    state.failed = name;
    const fields = { code: state.code, errno: state.code === "ENOSPC" ? -28 : -5, syscall: name };
    throw Object.assign(new Error(`${state.code}: made to fail, ${name}`), fields);
  };
  return { state, check };
});

vi.mock("node:fs/promises", async (importOriginal) => {
  const real = await importOriginal<typeof promises>();
  const failing = <Args extends unknown[], Result>(
    name: string,
    call: (...args: Args) => Promise<Result>,
  ) => {
    return async (...args: Args): Promise<Result> => {
      faults.check(name);
      return call(...args);
    };
  };
  const wrapped = (handle: promises.FileHandle): promises.FileHandle => {
    const few = {
      fd: handle.fd,
      close: () => handle.close(),
      sync: failing("sync", () => handle.sync()),
      stat: failing("stat", () => handle.stat()),
      write: failing("write", (data: Uint8Array, from: number) =>
        handle.write(data, from, Math.min(data.length - from, faults.state.piece)),
      ),
      read: failing("read", (data: Uint8Array, from: number, size: number, at: number) =>
        handle.read(data, from, Math.min(size, faults.state.piece), at),
      ),
    };
    return few as unknown as promises.FileHandle;
  };
  const open = async (...args: Parameters<typeof real.open>): Promise<promises.FileHandle> => {
    faults.check("open");
    return wrapped(await real.open(...args));
  };
  return {
    ...real,
    open,
    mkdir: failing("mkdir", real.mkdir),
    rename: failing("rename", real.rename),
    unlink: failing("unlink", real.unlink),
    lstat: failing("lstat", real.lstat as (path: string) => Promise<unknown>),
    readdir: failing("readdir", real.readdir as (...args: unknown[]) => Promise<unknown>),
  };
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let root: string;
let store: FilesystemBlobStore;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "store-"));
  faults.state.piece = Infinity;
  store = await FilesystemBlobStore.open(root);
  await store.put("a/b", bytes("old"));
});

afterEach(() => {
  faults.state.failing = 0;
  rmSync(root, { recursive: true });
});

function openBelowRoot(): string[] {
  return readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)].filter((path) => path.startsWith(root));
    } catch {
      return [];
    }
  });
}

/** Do the work again and again, and let another of its calls fail each time, until none is left. */
async function failEach(
  work: () => Promise<unknown>,
  look: (call: string, error: unknown) => Promise<void>,
  code = "EIO",
): Promise<string[]> {
  const failed: string[] = [];
  for (let failing = 1; failing < 100; failing++) {
    Object.assign(faults.state, { calls: 0, failing, failed: "", code });
    const error = await work().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const call = faults.state.failed;
    faults.state.failing = 0;
    if (call === "") return failed;
    failed.push(call);
    await look(call, error);
    expect(openBelowRoot()).toEqual([]);
  }
  throw new Error("there is no end of calls");
}

const failedAt = (operation: string): unknown =>
  expect.objectContaining({ name: "BackendFailed", operation });

describe("whichever call fails", () => {
  test.each([
    ["EIO", "i/o error"],
    ["ENOSPC", "no space left on device"],
  ])("put says so (%s), the old blob stays, and there is no litter", async (code, detail) => {
    const failed = await failEach(
      () => store.put("a/b", bytes("new")),
      async (_, error) => {
        expect(error).toEqual(failedAt("put"));
        expect(error).toMatchObject({ detail });
        const blob = new TextDecoder().decode(await store.get("a/b"));
        // A name that has not reached the disk is the one failure that comes too late.
        expect(["old", "new"]).toContain(blob);
        if (blob === "new") await store.put("a/b", bytes("old"));
        expect(readdirSync(join(root, "%tmp"))).toEqual([]);
      },
      code,
    );
    expect(failed).toEqual([
      ...["open", "open", "open", "write", "write", "sync", "open", "open", "rename", "sync"],
    ]);
  });

  test("put of a new key stores nothing, and leaves no litter but empty folders", async () => {
    const failed = await failEach(
      () => store.put("new/key", bytes("new")),
      async (call, error) => {
        expect(error).toEqual(failedAt("put"));
        expect(readdirSync(join(root, "%tmp"))).toEqual([]);
        if (call !== "sync") expect(await store.list("new/")).toEqual([]);
        await store.delete("new/key");
        rmSync(join(root, "new%d"), { recursive: true, force: true });
      },
    );
    expect(failed).toContain("mkdir");
    expect(failed.filter((call) => call === "sync").length).toBe(3);
  });

  test.each([
    ["get", () => store.get("a/b")],
    ["list", () => store.list()],
    ["exists", () => store.exists("a/b")],
    ["content_type", () => store.contentType("a/b")],
  ] as const)("%s says so, rather than that there is nothing", async (operation, read) => {
    const failed = await failEach(read, async (_, error) => {
      expect(error).toEqual(failedAt(operation));
      await Promise.resolve();
    });
    expect(failed.length).toBeGreaterThanOrEqual(3);
  });

  test("delete says so, and the blob is there or gone", async () => {
    const failed = await failEach(
      () => store.delete("a/b"),
      async (_, error) => {
        // A folder that cannot be removed may stay.
        if (error !== undefined) expect(error).toEqual(failedAt("delete"));
        await store.put("a/b", bytes("old"));
      },
    );
    expect(failed).toEqual(expect.arrayContaining(["open", "lstat", "unlink", "sync"]));
  });

  test("opening says so, or goes without sweeping", async () => {
    const failed = await failEach(
      () => FilesystemBlobStore.open(root),
      async (_, error) => {
        if (error !== undefined) expect(error).toEqual(failedAt("open"));
        await Promise.resolve();
      },
    );
    expect(failed).toContain("readdir");
  });
});

test("blobs are whole however little is written or read at a time", async () => {
  faults.state.piece = 7;
  const data = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
  await store.put("a", data, { contentType: "text/plain" });
  expect(await store.get("a")).toEqual(data);
  expect(await store.contentType("a")).toBe("text/plain");
});

test("a file that ends while it is read is damaged", async () => {
  await store.put("a", bytes("text"));
  faults.state.piece = 0;
  await expect(store.get("a")).rejects.toMatchObject({
    detail: "the file of the key is damaged: it ends too early",
  });
});
