/**
 * A store in a bucket of any service that speaks S3.
 *
 * @packageDocumentation
 */

import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  BackendFailed,
  BlobNotFound,
  type BlobStore,
  InvalidArgument,
  InvalidBlobKey,
  isBlobNotFound,
} from "@dagstack/contracts";

import { CheckedBlobStore } from "../blobs/checked.js";
import { DEFAULT_CONTENT_TYPE, isKey, KEY_LIMIT } from "../blobs/keys.js";
import { Turns } from "../turns.js";
import { causedBy, codeOf, explain, statusOf } from "./failures.js";
import { folderOf, makeClient, type S3BlobStoreSettings } from "./settings.js";

/** Connections that a client of the SDK opens at most. */
const CONNECTIONS = 50;

/**
 * A {@link BlobStore} in a bucket of any service that speaks S3, for production.
 *
 * A blob is one object, whose key is the prefix and the blob's key, and whose content type is the
 * blob's. Give the store a bucket or a prefix of its own: objects with keys that no blob can have
 * (`a//b`, `folder/`) are no blobs, and not listed.
 *
 * Requests are repeated by the SDK when the answer is 429 or 5xx or the connection breaks. A `put`
 * is one request, up to 5 GB: it has all of its effect or none. Calls that run when the store is
 * closed end with `ResourceClosed`, unless the client is the host's.
 */
export class S3BlobStore extends CheckedBlobStore implements BlobStore {
  readonly #client: S3Client;
  readonly #owned: boolean;
  readonly #turns: Turns;
  readonly #bucket: string;
  readonly #prefix: string;
  #bucketSeen = false;

  /**
   * Describe the store; nothing is sent before it is used.
   *
   * @param settings - The bucket, and a service or a client.
   * @throws {@link InvalidArgument} if the bucket has no name, the endpoint is no URL of a host, no
   * key can begin with the prefix, or a number is out of range.
   */
  constructor(settings: S3BlobStoreSettings) {
    super("S3BlobStore");
    if (settings.bucket === "") {
      throw new InvalidArgument({ argument: "bucket", reason: "it is empty" });
    }
    this.#bucket = settings.bucket;
    this.#prefix = folderOf(settings.prefix ?? "");
    this.#owned = !("client" in settings);
    this.#turns = new Turns(this.#owned ? CONNECTIONS : Infinity);
    this.#client = "client" in settings ? settings.client : makeClient(settings);
  }

  protected async write(key: string, data: Uint8Array, contentType: string): Promise<void> {
    const object = { ...this.#object(key), Body: data, ContentType: contentType };
    await this.#asking("put", () => this.#client.send(new PutObjectCommand(object)));
  }

  protected async read(key: string): Promise<Uint8Array> {
    const object = this.#object(key);
    return this.#finding("get", key, async () => {
      const { Body, ContentLength } = await this.#client.send(new GetObjectCommand(object));
      const data = await Body?.transformToByteArray();
      if (data === undefined) throw new Error("the answer has no body");
      if (data.length !== (ContentLength ?? data.length)) {
        throw new Error("the answer ends too early");
      }
      // A Buffer may share its memory with others.
      return data.constructor === Uint8Array ? data : new Uint8Array(data);
    });
  }

  protected async readContentType(key: string): Promise<string> {
    const object = this.#object(key);
    return this.#finding("content_type", key, async () => {
      const { ContentType } = await this.#client.send(new HeadObjectCommand(object));
      return ContentType ?? DEFAULT_CONTENT_TYPE;
    });
  }

  protected async remove(key: string): Promise<void> {
    const object = this.#object(key);
    await unlessMissing(
      this.#finding("delete", key, () => this.#client.send(new DeleteObjectCommand(object))),
    );
  }

  protected async has(key: string): Promise<boolean> {
    const object = this.#object(key);
    const found = await unlessMissing(
      this.#finding("exists", key, () => this.#client.send(new HeadObjectCommand(object))),
    );
    return found !== undefined;
  }

  protected async scan(prefix: string): Promise<Iterable<string>> {
    const start = this.#prefix + prefix;
    const keys = new Set<string>();
    let token: string | undefined;
    do {
      const page = await this.#asking("list", async () => {
        const answer = await this.#page(start, token);
        return { ...answer, paths: [...pathsOf(answer)] };
      });
      for (const path of page.paths) {
        const key = path.slice(this.#prefix.length);
        if (path.startsWith(start) && isKey(key)) keys.add(key);
      }
      const next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      if (page.IsTruncated === true && (next === undefined || next === token)) {
        throw this.#failed("list", "the service does not say how its listing goes on");
      }
      token = next;
    } while (token !== undefined);
    return keys;
  }

  protected override async release(): Promise<void> {
    if (this.#owned) this.#client.destroy();
  }

  #page(start: string, token?: string, limit?: number): Promise<ListObjectsV2CommandOutput> {
    return this.#client.send(
      new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: start,
        EncodingType: "url", // XML cannot hold every key
        ...(token !== undefined && { ContinuationToken: token }),
        ...(limit !== undefined && { MaxKeys: limit }),
      }),
    );
  }

  /** Where a blob is; its key may be too long for that. */
  #object(key: string): { readonly Bucket: string; readonly Key: string } {
    const path = this.#prefix + key;
    const size = new TextEncoder().encode(path).length;
    if (size > KEY_LIMIT) {
      const reason = `with the store's prefix it has ${size} bytes, and S3 allows ${KEY_LIMIT}`;
      throw new InvalidBlobKey({ argument: "key", reason, key });
    }
    return { Bucket: this.#bucket, Key: path };
  }

  /** Tell of the SDK's troubles as ours. */
  async #asking<T>(operation: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await this.#inTurn(ask);
    } catch (error) {
      throw this.#failed(operation, explain(error), error);
    }
  }

  /** The same for one blob, which may be missing. */
  async #finding<T>(operation: string, key: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await this.#inTurn(ask);
    } catch (error) {
      if (statusOf(error) === 404) throw await this.#absence(operation, key, error);
      throw this.#failed(operation, explain(error), error);
    }
  }

  /** Wait for a turn: what waits in the SDK for a connection runs into the limit of connecting. */
  #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      this.ensureOpen();
      const answer = await ask();
      this.#bucketSeen = true;
      return answer;
    });
  }

  /** Say what an answer of 404 means: that to a HEAD does not tell a bucket from a key. */
  async #absence(operation: string, key: string, error: unknown): Promise<Error> {
    const code = codeOf(error);
    if (code !== undefined && code !== "NoSuchKey") {
      return this.#failed(operation, explain(error), error);
    }
    if (code === undefined && !this.#bucketSeen) {
      try {
        await this.#page(this.#prefix + key, undefined, 1);
        this.#bucketSeen = true;
      } catch (trouble) {
        // Who may not list a bucket at least knows that it is there.
        if (statusOf(trouble) !== 403) return this.#failed(operation, explain(trouble), trouble);
      }
    }
    return new BlobNotFound({ key }, causedBy(error));
  }

  #failed(operation: string, detail: string, cause?: unknown): Error {
    const details = causedBy(cause);
    if (this.closed) return this.closedError();
    return new BackendFailed({ resource: "S3BlobStore", operation, detail }, details);
  }
}

/** What was found, or `undefined` where nothing is. */
async function unlessMissing<T>(finding: Promise<T>): Promise<T | undefined> {
  try {
    return await finding;
  } catch (error) {
    if (isBlobNotFound(error)) return undefined;
    throw error;
  }
}

function* pathsOf(page: ListObjectsV2CommandOutput): Generator<string> {
  const encoded = page.EncodingType === "url";
  for (const { Key: path } of page.Contents ?? []) {
    if (path === undefined) continue;
    yield encoded ? decodeURIComponent(path.replaceAll("+", " ")) : path;
  }
}
