/**
 * The standard resources that need Node.js.
 *
 * @packageDocumentation
 */

export type { Engine, Failure, Outgoing, Received } from "../http/engine.js";
export { EngineError } from "../http/engine.js";
export type { ReceivedHeaders, SentHeaders } from "../http/headers.js";
export type { Target } from "../http/url.js";
export {
  type HandedOverParts,
  PooledHttpClient,
  type PooledHttpClientParts,
} from "./http/client.js";
export type { FetchFunction } from "./http/fetching.js";
export { FilesystemBlobStore } from "./blobs/filesystem.js";
export { SystemTempDir, type SystemTempDirOptions } from "./tmpdir/system.js";
