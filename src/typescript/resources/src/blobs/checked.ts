/**
 * What all stores share: every argument is checked, in one order, before anything happens.
 *
 * @packageDocumentation
 */

import type { BlobStore, BlobStorePutOptions } from "@dagstack/contracts";

import { AsyncClosable } from "../closing.js";
import { canStartAKey, checkContentType, checkKey, compareKeys, ownBytes } from "./keys.js";

/**
 * A {@link BlobStore} whose subclass is only asked for what is right, while it is open.
 *
 * Every method rejects and never throws. Safe for concurrent use if the subclass is.
 */
export abstract class CheckedBlobStore extends AsyncClosable implements BlobStore {
  /**
   * Store `data` under `key`, replacing what was there, atomically.
   *
   * @param key - The key to store under.
   * @param data - The bytes, copied before this returns its promise; may be empty. Other views of
   * memory, such as a `DataView`, are accepted as well.
   * @param options - The content type; without one, the blob is `application/octet-stream`.
   * @throws `BackendFailed` if the storage cannot be written.
   * @throws `InvalidArgument` if `contentType` has more than 1024 characters, begins or ends with a
   * space, or holds a character that is not printable ASCII, or if `data` holds no bytes.
   * @throws `InvalidBlobKey` if `key` cannot name a blob.
   * @throws `ResourceClosed` if the store is closed.
   */
  async put(key: string, data: Uint8Array, options?: BlobStorePutOptions): Promise<void> {
    this.ensureOpen();
    checkKey(key);
    const contentType = checkContentType(options?.contentType);
    await this.write(key, ownBytes(data), contentType);
  }

  /**
   * Return the bytes stored under `key`, a copy for the caller.
   *
   * @param key - The key to look up.
   * @throws `BackendFailed` if the storage cannot be read.
   * @throws `BlobNotFound` if nothing is stored under `key`.
   * @throws `InvalidBlobKey` if `key` cannot name a blob.
   * @throws `ResourceClosed` if the store is closed.
   */
  async get(key: string): Promise<Uint8Array> {
    this.ensureOpen();
    checkKey(key);
    return this.read(key);
  }

  /**
   * Remove the blob stored under `key`, if there is one.
   *
   * @param key - The key to free.
   * @throws `BackendFailed` if the storage cannot be written.
   * @throws `InvalidBlobKey` if `key` cannot name a blob.
   * @throws `ResourceClosed` if the store is closed.
   */
  async delete(key: string): Promise<void> {
    this.ensureOpen();
    checkKey(key);
    await this.remove(key);
  }

  /**
   * Return every key that starts with `prefix`, ascending by code point.
   *
   * @param prefix - The text that the keys start with, literally. One that no key can start with
   * finds nothing.
   * @throws `BackendFailed` if the storage cannot be read.
   * @throws `InvalidArgument` if `prefix` is no string.
   * @throws `ResourceClosed` if the store is closed.
   */
  async list(prefix = ""): Promise<string[]> {
    this.ensureOpen();
    if (!canStartAKey(prefix)) return [];
    const keys = new Set(await this.scan(prefix));
    return Array.from(keys).sort(compareKeys);
  }

  /**
   * Tell whether a blob is stored under `key`; keys below it do not count.
   *
   * @param key - The key to look for.
   * @throws `BackendFailed` if the storage cannot be read.
   * @throws `InvalidBlobKey` if `key` cannot name a blob.
   * @throws `ResourceClosed` if the store is closed.
   */
  async exists(key: string): Promise<boolean> {
    this.ensureOpen();
    checkKey(key);
    return this.has(key);
  }

  /**
   * Return the content type of the blob stored under `key`.
   *
   * This is no part of {@link BlobStore}: it is for the host that serves blobs, and for tests.
   *
   * @param key - The key to look up.
   * @throws `BackendFailed` if the storage cannot be read.
   * @throws `BlobNotFound` if nothing is stored under `key`.
   * @throws `InvalidBlobKey` if `key` cannot name a blob.
   * @throws `ResourceClosed` if the store is closed.
   */
  async contentType(key: string): Promise<string> {
    this.ensureOpen();
    checkKey(key);
    return this.readContentType(key);
  }

  /** Store the bytes, which are the store's own by now. */
  protected abstract write(key: string, data: Uint8Array, contentType: string): Promise<void>;

  /** Return bytes that nobody else holds. */
  protected abstract read(key: string): Promise<Uint8Array>;

  protected abstract remove(key: string): Promise<void>;

  /** Return the keys that start with the prefix, in any order, perhaps some of them twice. */
  protected abstract scan(prefix: string): Promise<Iterable<string>>;

  protected abstract has(key: string): Promise<boolean>;

  protected abstract readContentType(key: string): Promise<string>;
}
