/** The store in S3, on moto's service; and what it makes of a service that misbehaves. */

import { inspect } from "node:util";

import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  BackendFailed,
  BlobNotFound,
  blobStoreMembers,
  checkMembers,
  InvalidArgument,
  InvalidBlobKey,
  ResourceClosed,
} from "@dagstack/contracts";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";

import { codeOf, explain } from "../../src/s3/failures.js";
import { S3BlobStore, type S3BlobStoreSettings, type S3Service } from "../../src/s3/index.js";
import { REFUSED } from "../blobs/samples.js";
import { testStore } from "../blobs/suite.js";
import {
  ACCESS_KEY,
  clientOf,
  type Fault,
  FaultyProxy,
  freshBucket,
  Moto,
  SECRET_KEY,
  SESSION,
} from "./servers.js";

// moto takes its time.
vi.setConfig({ testTimeout: 60_000 });

const CREDENTIALS = {
  accessKeyId: ACCESS_KEY,
  secretAccessKey: SECRET_KEY,
  sessionToken: SESSION,
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let moto: Moto;

beforeAll(async () => {
  // What the machine says about S3 must not reach the tests.
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  moto = await Moto.start();
}, 60_000);

afterAll(async () => {
  await moto.stop();
  vi.unstubAllEnvs();
});

function open(bucket: string, others: S3Service & { prefix?: string } = {}): S3BlobStore {
  const service = { endpoint: moto.endpoint, credentials: CREDENTIALS, maxAttempts: 1 };
  const store = new S3BlobStore({ bucket, ...service, ...others });
  onTestFinished(() => store.close());
  return store;
}

/** A bucket with whatever a test puts there. */
async function setting(): Promise<{ client: S3Client; bucket: string }> {
  const client = clientOf(moto.endpoint);
  return { client, bucket: await freshBucket(client) };
}

async function failure(work: Promise<unknown>): Promise<BackendFailed> {
  const error = await work.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(BackendFailed);
  return error as never;
}

/** A call of every method. */
const calls = (store: S3BlobStore): Readonly<Record<string, () => Promise<unknown>>> => ({
  put: () => store.put("key", bytes("new")),
  get: () => store.get("key"),
  delete: () => store.delete("key"),
  list: () => store.list("key"),
  exists: () => store.exists("key"),
  content_type: () => store.contentType("key"),
});

describe("S3BlobStore", () => {
  testStore("S3BlobStore", async () => {
    const client = clientOf(moto.endpoint);
    const bucket = await freshBucket(client);
    const { endpoint } = moto;
    return new S3BlobStore({ bucket, endpoint, credentials: CREDENTIALS });
  });
});

describe("what others see in the bucket", () => {
  test("is each blob under its very key, with its content type", async () => {
    const { client, bucket } = await setting();
    const store = open(bucket, { prefix: "p/q" });
    const keys = ["a#1", "a b", "a%20b", "a+b", "é", "😀", "~", "a/b.txt", "\uffff"];
    for (const key of keys) await store.put(key, bytes(key), { contentType: "text/plain" });
    for (const key of keys) {
      const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `p/q/${key}` }));
      expect([await found.Body?.transformToString(), found.ContentType]).toEqual([
        key,
        "text/plain",
      ]);
    }
    const theirs = { Bucket: bucket, Key: "p/q/theirs", Body: "1", ContentType: "a/b" };
    await client.send(new PutObjectCommand(theirs));
    expect(await store.get("theirs")).toEqual(bytes("1"));
    expect(await store.contentType("theirs")).toBe("a/b");
    expect(await store.list()).toHaveLength(keys.length + 1);
  });

  test("is only what is below the prefix", async () => {
    const { bucket } = await setting();
    const [one, longer] = [open(bucket, { prefix: "a/" }), open(bucket, { prefix: "ax" })];
    await one.put("key", bytes("1"));
    await longer.put("key", bytes("2"));
    expect([await one.list(), await one.get("key")]).toEqual([["key"], bytes("1")]);
    await longer.delete("key");
    expect(await one.exists("key")).toBe(true);
  });

  test("is no blob where no blob could be called so", async () => {
    const { client, bucket } = await setting();
    for (const Key of ["p/a//b", "p/folder/", "p/", "p/.", "px", "p/fine"]) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    }
    expect(await open(bucket, { prefix: "p" }).list()).toEqual(["fine"]);
  });

  test("is untouched by keys that are refused", async () => {
    const { client, bucket } = await setting();
    const store = open(bucket, { prefix: "in" });
    for (const key of REFUSED) {
      await expect(store.put(key, bytes("x"))).rejects.toBeInstanceOf(InvalidBlobKey);
    }
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(KeyCount ?? 0).toBe(0);
  });

  test("leaves keys less room", async () => {
    const { bucket } = await setting();
    const store = open(bucket, { prefix: "a" });
    await store.put("x".repeat(1022), bytes("fits"));
    const reason = "with the store's prefix it has 1025 bytes, and S3 allows 1024";
    await expect(store.put("x".repeat(1023), bytes(""))).rejects.toMatchObject({
      name: "InvalidBlobKey",
      reason,
    });
    expect(await store.list("x".repeat(1024))).toEqual([]);
  });
});

test("a listing goes on over many pages", async () => {
  const pages = [
    { IsTruncated: true, NextContinuationToken: "1", Contents: [{ Key: "b" }, { Key: "a" }] },
    { IsTruncated: true, NextContinuationToken: "2", Contents: [{ Key: "b" }] },
    { EncodingType: "url", Contents: [{ Key: "a+b%2Bc%F0%9F%98%80" }, {}] },
  ];
  const store = answering(...pages);
  expect(await store.list()).toEqual(["a", "a b+c😀", "b"]);
});

test.each<[string, readonly object[]]>([
  ["no token", [{ IsTruncated: true }]],
  ["the same token again", Array(2).fill({ IsTruncated: true, NextContinuationToken: "1" })],
  ["broken escapes", [{ EncodingType: "url", Contents: [{ Key: "%zz" }] }]],
])("a listing with %s fails, and does not go on for ever", async (_, pages) => {
  expect((await failure(answering(...pages).list())).operation).toBe("list");
});

/** A store on a client that gives these answers. */
function answering(...answers: readonly object[]): S3BlobStore {
  const left = [...answers];
  const client = { send: () => Promise.resolve(left.shift()) } as unknown as S3Client;
  return new S3BlobStore({ bucket: "b", client });
}

describe("a service that misbehaves", () => {
  let bucket: string;
  let proxy: FaultyProxy;

  beforeEach(async () => {
    ({ bucket } = await setting());
    proxy = await FaultyProxy.before(moto.endpoint);
    await open(bucket).put("key", bytes("old"));
  });

  test("is told from a missing bucket, and that from a missing key", async () => {
    for (const [operation, call] of Object.entries(calls(open("no-such-bucket")))) {
      const error = await failure(call());
      expect([error.resource, error.operation]).toEqual(["S3BlobStore", operation]);
      expect(error.detail).toBe("the service answered 404 (NoSuchBucket)");
    }
    const store = open(bucket);
    expect(await store.exists("other")).toBe(false);
    await expect(open(bucket).get("other")).rejects.toBeInstanceOf(BlobNotFound);
  });

  test("takes no key for an answer", async () => {
    const key = "<Error><Code>NoSuchBucket</Code></Error>";
    await expect(open(bucket).get(key)).rejects.toBeInstanceOf(BlobNotFound);
    expect(await open(bucket).exists(key)).toBe(false);
  });

  test.each<[Fault, string]>([
    [500, "the service answered 500"],
    [503, "the service answered 503"],
    [429, "the service answered 429"],
    [403, "the service answered 403"],
    [401, "the service answered 401"],
    [409, "the service answered 409"],
    [412, "the service answered 412"],
    [301, "the service redirects, so the region or the endpoint is probably wrong"],
    ["reset", "the service: the connection broke"],
    ["slow", "the service: it did not answer in time"],
  ])("is reported: %s", async (fault, detail) => {
    const timeout = fault === "slow" ? 300 : 30_000;
    const store = open(bucket, { endpoint: proxy.endpoint, timeout });
    for (const [operation, call] of Object.entries(calls(store))) {
      proxy.faults = [fault];
      const error = await failure(call());
      expect([error.resource, error.operation]).toEqual(["S3BlobStore", operation]);
      expect(error.detail.replace(" (SlowDown)", "")).toBe(detail);
      expect(error.cause).toBeDefined();
      const shown = inspect(error, { depth: 20, showHidden: true });
      expect([shown.includes(SECRET_KEY), shown.includes(SESSION)]).toEqual([false, false]);
    }
    expect(await open(bucket).get("key")).toEqual(bytes("old"));
  });

  test("is asked again", async () => {
    const store = open(bucket, { endpoint: proxy.endpoint, maxAttempts: 3, timeout: 2000 });
    for (const [operation, call] of Object.entries(calls(store))) {
      for (const fault of [503, "reset", "lost"] as const) {
        proxy.faults = [fault];
        await call();
        expect(proxy.faults).toEqual([]);
        if (operation === "put" || operation === "delete") await store.put("key", bytes("old"));
      }
    }
    expect(await store.get("key")).toEqual(bytes("old"));
  });

  test("is given up after so many attempts", async () => {
    const store = open(bucket, { endpoint: proxy.endpoint, maxAttempts: 3 });
    proxy.faults = Array<Fault>(50).fill(503);
    await failure(store.get("key"));
    expect(proxy.seen).toEqual(["GET 503", "GET 503", "GET 503"]);
  });

  test("gives no half of a blob", async () => {
    const data = new Uint8Array(500_000).fill(7);
    await open(bucket).put("key", data);
    const store = open(bucket, { endpoint: proxy.endpoint, timeout: 2000 });
    proxy.faults = ["half"];
    expect((await failure(store.get("key"))).detail).toBe("the service: the connection broke");
    expect(Buffer.compare(await store.get("key"), data)).toBe(0);
  });

  test("that is not there is said to be so", async () => {
    const error = await failure(open(bucket, { endpoint: "http://127.0.0.1:1" }).get("key"));
    expect(error.message).toBe("S3BlobStore: get failed: the service: it cannot be reached");
  });

  test("may forbid to list, and has a bucket all the same", async () => {
    const store = open(bucket, { endpoint: proxy.endpoint });
    proxy.faults = [404, 403];
    await expect(store.exists("key")).resolves.toBe(false);
    expect(proxy.seen).toEqual(["HEAD 404", "GET 403"]);
  });

  test("is not asked without credentials", async () => {
    const credentials = (): Promise<never> => Promise.reject(new Error("vault: token=abc"));
    const error = await failure(open(bucket, { endpoint: proxy.endpoint, credentials }).get("key"));
    expect(error.message).not.toContain("token");
    expect(proxy.seen).toEqual([]);
  });
});

test("what is not known is named by its kind alone", () => {
  expect(explain(new RangeError("http://user:secret@host/"))).toBe(
    "the library reports RangeError",
  );
  expect(explain("http://user:secret@host/")).toBe("the library reports an error");
  expect(codeOf({ name: "a message with http://user:secret@host/" })).toBeUndefined();
});

describe("closing", () => {
  test("ends what runs, and leaves a client of the host's open", async () => {
    const { client, bucket } = await setting();
    const proxy = await FaultyProxy.before(moto.endpoint);
    const store = open(bucket, { endpoint: proxy.endpoint });
    proxy.faults = ["slow"];
    const call = store.get("key").catch((error: unknown) => error);
    await vi.waitUntil(() => proxy.seen.length > 0);
    await store.close();
    expect(await call).toBeInstanceOf(ResourceClosed);
    const handed = new S3BlobStore({ bucket, client });
    await handed.put("a", bytes("x"));
    await handed.close();
    await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  });
});

describe("settings", () => {
  test.each<[Partial<S3BlobStoreSettings & S3Service>, string]>([
    [{ bucket: "" }, "bucket: it is empty"],
    [{ endpoint: "ftp://host" }, "endpoint: it is not an http or https URL"],
    [{ endpoint: "host:9000" }, "endpoint: it is not an http or https URL"],
    [{ endpoint: "http://[::1" }, "endpoint: it is not a URL"],
    [{ endpoint: "http://host:99999" }, "endpoint: it is not a URL"],
    [{ endpoint: "http://host:0" }, "endpoint: it is not a URL"],
    [
      { endpoint: "https://user:password@host" },
      "endpoint: it holds more than a host, a port and a path",
    ],
    [{ prefix: "/a" }, "prefix: it begins with a slash"],
    [{ prefix: "a/../b" }, "prefix: it has a segment .."],
    [{ timeout: 0 }, "timeout: it is not a positive number"],
    [{ connectTimeout: -1 }, "connectTimeout: it is not a positive number"],
    [{ timeout: NaN }, "timeout: it is not a positive number"],
    [{ maxAttempts: 0 }, "maxAttempts: it is no integer from 1"],
  ])("that are wrong are refused: %j", (options, message) => {
    const make = (): unknown => new S3BlobStore({ bucket: "b", ...options });
    expect(make).toThrow(InvalidArgument);
    expect(make).toThrow(message);
  });

  test("come from the environment where they are not given", async () => {
    const { bucket } = await setting();
    vi.stubEnv("AWS_ACCESS_KEY_ID", ACCESS_KEY);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    vi.stubEnv("AWS_REGION", "us-east-1");
    const store = new S3BlobStore({ bucket, endpoint: moto.endpoint });
    checkMembers("blob_store", store, blobStoreMembers);
    await store.put("a", bytes("x"));
    expect(await store.list()).toEqual(["a"]);
    await store.close();
  });

  test("are not shown", () => {
    const store = new S3BlobStore({ bucket: "b", region: "x", credentials: CREDENTIALS });
    const shown = inspect(store, { depth: 20, showHidden: true });
    expect([shown.includes(SECRET_KEY), shown.includes(SESSION)]).toEqual([false, false]);
  });
});
