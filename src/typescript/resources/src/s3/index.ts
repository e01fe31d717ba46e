/**
 * The blob store for production. It needs the package `@aws-sdk/client-s3`.
 *
 * @packageDocumentation
 */

export type { S3BlobStoreSettings, S3Credentials, S3Service } from "./settings.js";
export { S3BlobStore } from "./store.js";
