/** What every store must show; each test file runs it over a store of its own. */

import { type BlobStore, blobStoreMembers, findProblems } from "@dagstack/contracts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { CheckedBlobStore } from "../../src/blobs/checked.js";
import { APART, NO_BYTES, NO_TEXT, REFUSED, SORTED } from "./samples.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Define the tests, over stores that `open` makes empty. */
export function testStore(
  name: string,
  open: () => Promise<CheckedBlobStore>,
  clean: () => Promise<void> = () => Promise.resolve(),
): void {
  let store: CheckedBlobStore;

  beforeEach(async () => {
    store = await open();
  });

  afterEach(async () => {
    await store.close();
    await clean();
  });

  describe("data", () => {
    test("comes back as it was put", async () => {
      const all = Uint8Array.from({ length: 256 }, (_, index) => index);
      for (const data of [new Uint8Array(), all, new Uint8Array(6_000_000).fill(7)]) {
        await store.put("a", data);
        const got = await store.get("a");
        expect(got.constructor).toBe(Uint8Array);
        expect(Buffer.compare(got, data)).toBe(0);
      }
    });

    test("leaves no tail of what was longer", async () => {
      await store.put("a", bytes("long"));
      await store.put("a", bytes("s"));
      expect(await store.get("a")).toEqual(bytes("s"));
    });

    test("is the store's own", async () => {
      const given = bytes("abc");
      const putting = store.put("a", given);
      given.fill(0);
      await putting;
      (await store.get("a")).fill(0);
      expect(await store.get("a")).toEqual(bytes("abc"));
    });

    test("is the part of the memory that the view shows", async () => {
      await store.put("a", bytes("abcdef").subarray(2, 4));
      expect(await store.get("a")).toEqual(bytes("cd"));
      await store.put("a", Buffer.from("xyz"));
      expect(await store.get("a")).toEqual(bytes("xyz"));
    });

    test("must be bytes", async () => {
      for (const data of NO_BYTES) {
        await expect(store.put("a", data as Uint8Array)).rejects.toMatchObject({
          name: "InvalidArgument",
          argument: "data",
        });
      }
      expect(await store.exists("a")).toBe(false);
    });
  });

  describe("keys", () => {
    test("are kept apart", async () => {
      for (const key of APART) await store.put(key, bytes(key));
      for (const key of APART) expect(await store.get(key)).toEqual(bytes(key));
      const listed = await store.list();
      expect(listed).toEqual([...APART].sort((a, b) => Buffer.compare(bytes(a), bytes(b))));
      for (const key of APART) {
        await store.delete(key);
        expect(await store.exists(key)).toBe(false);
      }
      expect(await store.list()).toEqual([]);
    });

    test("that are none are refused by every method", async () => {
      for (const key of [...REFUSED, ...(NO_TEXT as string[])]) {
        const refused = { name: "InvalidBlobKey", argument: "key" };
        await expect(store.put(key, bytes("x"))).rejects.toMatchObject(refused);
        await expect(store.get(key)).rejects.toMatchObject(refused);
        await expect(store.delete(key)).rejects.toMatchObject(refused);
        await expect(store.exists(key)).rejects.toMatchObject(refused);
        await expect(store.contentType(key)).rejects.toMatchObject(refused);
      }
      expect(await store.list()).toEqual([]);
    });

    test("that hold nothing are not found, and deleting them is fine", async () => {
      await store.put("a/b", bytes("x"));
      for (const key of ["a", "a/b/c", "b", "__proto__"]) {
        await expect(store.get(key)).rejects.toMatchObject({ name: "BlobNotFound", key });
        await expect(store.contentType(key)).rejects.toMatchObject({ name: "BlobNotFound", key });
        expect(await store.exists(key)).toBe(false);
        await store.delete(key);
      }
      expect(await store.list()).toEqual(["a/b"]);
    });
  });

  describe("list", () => {
    test("orders by UTF-8", async () => {
      for (const key of [...SORTED].reverse()) await store.put(key, bytes("x"));
      expect(await store.list()).toEqual(SORTED);
      expect(await store.list("a")).toEqual(SORTED.filter((key) => key.startsWith("a")));
    });

    test("takes the prefix literally, wherever it ends", async () => {
      const keys = ["%", "*", "[", "ab", "ab/c", "ab/cd/e", "ab/d", "abc", "è", "é"];
      for (const key of keys) await store.put(key, bytes("x"));
      for (const prefix of ["", "a", "ab", "ab/", "ab/c", "ab/cd", "ab/cd/", "%", "*", "[", "é"]) {
        expect([prefix, await store.list(prefix)]).toEqual([
          prefix,
          keys.filter((key) => key.startsWith(prefix)),
        ]);
      }
    });

    test("finds nothing where no key can begin", async () => {
      await store.put("a/b", bytes("x"));
      const prefixes = ["/", "//", "a//", "./", "../", "\0", "a\n", "\ud800", "x".repeat(1025)];
      for (const prefix of [...prefixes, "b", "a/b/", "a/bc"]) {
        expect([prefix, await store.list(prefix)]).toEqual([prefix, []]);
      }
    });

    test("refuses what is no text", async () => {
      for (const prefix of [null, 1, []] as unknown as string[]) {
        await expect(store.list(prefix)).rejects.toMatchObject({ name: "InvalidArgument" });
      }
    });

    test("is complete", async () => {
      const keys = Array.from(
        { length: 1100 },
        (_, index) => `many/${String(index).padStart(4, "0")}`,
      );
      await Promise.all(keys.map((key) => store.put(key, new Uint8Array())));
      expect(await store.list("many/")).toEqual(keys);
    });
  });

  describe("content types", () => {
    test("are kept, and replaced with the bytes", async () => {
      await store.put("a", bytes("x"), { contentType: "text/plain; charset=utf-8" });
      expect(await store.contentType("a")).toBe("text/plain; charset=utf-8");
      await store.put("a", bytes("x"));
      expect(await store.contentType("a")).toBe("application/octet-stream");
      await store.put("a", bytes("x"), { contentType: "" });
      expect(await store.contentType("a")).toBe("application/octet-stream");
    });

    test("that no header can hold are refused, and change nothing", async () => {
      await store.put("a", bytes("old"));
      for (const contentType of ["a\r\nb: c", " a", "é", "x".repeat(1025), 1 as never]) {
        await expect(store.put("a", bytes("new"), { contentType })).rejects.toMatchObject({
          name: "InvalidArgument",
          argument: "content_type",
        });
      }
      expect(await store.get("a")).toEqual(bytes("old"));
    });
  });

  describe("many at a time", () => {
    test("never see a mixture", async () => {
      const values = Array.from({ length: 25 }, (_, index) => new Uint8Array(50_000).fill(index));
      await store.put("a", values[0] ?? bytes(""));
      const writing = values.map((value) => store.put("a", value));
      const reading = values.map(async () => {
        const got = await store.get("a");
        expect(got.length).toBe(50_000);
        expect(new Set(got).size).toBe(1);
      });
      await Promise.all([...writing, ...reading]);
    });

    test("list each key that stays exactly once", async () => {
      const stay = Array.from({ length: 30 }, (_, index) => `stay/${index}/x`);
      await Promise.all(stay.map((key) => store.put(key, bytes("x"))));
      const changing = Array.from({ length: 10 }, async (_, index) => {
        for (let count = 0; count < 5; count++) {
          await store.put(`stay/${index}/y`, bytes("y"));
          await store.delete(`stay/${index}/y`);
        }
      });
      for (let count = 0; count < 10; count++) {
        const listed = await store.list("stay/");
        expect(listed.filter((key) => key.endsWith("x")).sort()).toEqual([...stay].sort());
      }
      await Promise.all(changing);
    });
  });

  describe("closing", () => {
    test("works once and ends all use", async () => {
      await store.put("a", bytes("x"));
      await Promise.all([store.close(), store.close(), store[Symbol.asyncDispose]()]);
      await store.close();
      expect(store.closed).toBe(true);
      const expected = { name: "ResourceClosed", resource: name };
      await expect(store.put("a", bytes("x"))).rejects.toMatchObject(expected);
      await expect(store.get("a")).rejects.toMatchObject(expected);
      await expect(store.delete("a")).rejects.toMatchObject(expected);
      await expect(store.list()).rejects.toMatchObject(expected);
      await expect(store.exists("a")).rejects.toMatchObject(expected);
      await expect(store.contentType("a")).rejects.toMatchObject(expected);
    });
  });

  test("has the members of its interface", () => {
    expect(findProblems(store satisfies BlobStore, blobStoreMembers)).toEqual([]);
  });
}
