/**
 * The store in S3 on a service that checks signatures and keeps its objects on a disk: that of
 * `DAGSTACK_S3_ENDPOINT`, `DAGSTACK_S3_BUCKET`, `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or
 * else the repository's own gateway, where it has been built.
 */

import { BackendFailed, BlobNotFound } from "@dagstack/contracts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { compareKeys } from "../../src/blobs/keys.js";
import { S3BlobStore } from "../../src/s3/index.js";
import { findService } from "./gateway.js";

vi.setConfig({ testTimeout: 60_000 });

const service = await findService();

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.skipIf(service !== undefined)("there is no real service", () => undefined);

if (service !== undefined)
  describe("on a real service", () => {
    const { endpoint, bucket, credentials, stop } = service;
    let store: S3BlobStore;
    let tests = 0;

    const open = (others: { bucket?: string; secretAccessKey?: string } = {}): S3BlobStore =>
      new S3BlobStore({
        bucket: others.bucket ?? bucket,
        prefix: `test-${process.pid}-${tests}`,
        endpoint,
        credentials: { ...credentials, ...others },
        maxAttempts: 1,
      });

    beforeAll(() => {
      vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
    });

    beforeEach(() => {
      tests += 1;
      store = open();
    });

    afterEach(async () => {
      await Promise.all((await store.list()).map((key) => store.delete(key)));
      await store.close();
    });

    afterAll(async () => {
      await stop();
      vi.unstubAllEnvs();
    });

    test("blobs and content types come back, and go", async () => {
      const all = Uint8Array.from({ length: 256 }, (_, index) => index);
      for (const data of [new Uint8Array(), all, new Uint8Array(6_000_000).fill(7)]) {
        await store.put("a", data, { contentType: "text/plain; charset=utf-8" });
        expect(Buffer.compare(await store.get("a"), data)).toBe(0);
      }
      expect(await store.contentType("a")).toBe("text/plain; charset=utf-8");
      await store.delete("a");
      await store.delete("a");
      expect(await store.exists("a")).toBe(false);
      await expect(store.get("a")).rejects.toBeInstanceOf(BlobNotFound);
      await expect(store.contentType("a")).rejects.toBeInstanceOf(BlobNotFound);
    });

    test("keys are kept apart, and listed by code point", async () => {
      const keys = [
        ...["a b", "a%20b", "a+b", "a#1", "a?b", "a&b=c", "B", "b", "é", "e\u0301", "😀", "\ufffd"],
        ...["deep/er/key", "deep/er.txt", "<a>", "'q'", '"q"', "*[]", "%2e%2e/x", "~"],
      ];
      for (const key of keys) await store.put(key, bytes(key));
      for (const key of keys) expect(await store.get(key)).toEqual(bytes(key));
      expect(await store.list()).toEqual([...keys].sort(compareKeys));
      expect(await store.list("deep/er")).toEqual(["deep/er.txt", "deep/er/key"]);
      expect(await store.list("deep/er/")).toEqual(["deep/er/key"]);
      expect(await store.exists("deep/er")).toBe(false);
      expect(await store.exists("deep")).toBe(false);
    });

    test("a missing bucket, and a wrong key, are failures of the storage", async () => {
      for (const other of [
        open({ bucket: "no-such-bucket" }),
        open({ secretAccessKey: "wrong" }),
      ]) {
        const works = [other.get("a"), other.exists("a"), other.delete("a"), other.list()];
        for (const work of await Promise.allSettled(works)) {
          expect(work.status === "rejected" && (work.reason as unknown)).toBeInstanceOf(
            BackendFailed,
          );
        }
        await other.close();
      }
    });
  });
