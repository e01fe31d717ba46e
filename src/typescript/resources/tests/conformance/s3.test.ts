/** The store in S3 before its suite, on moto's service. */

import { randomUUID } from "node:crypto";

import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { SubjectFactory } from "@dagstack/conformance";
import { testBlobStore } from "@dagstack/conformance/node";
import { afterAll, beforeAll, describe, test, vi } from "vitest";

import { S3BlobStore } from "../../src/s3/index.js";
import { ACCESS_KEY, Moto, SECRET_KEY } from "../s3/servers.js";
import { ReadOnlyBlobStore } from "./read_only.js";

const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };

let moto: Moto;
let client: S3Client;

beforeAll(async () => {
  // What the machine says about S3 must not reach the tests.
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  moto = await Moto.start();
  const service = { endpoint: moto.endpoint, region: "us-east-1", forcePathStyle: true };
  client = new S3Client({ ...service, credentials });
}, 60_000);

afterAll(async () => {
  client.destroy();
  await moto.stop();
  vi.unstubAllEnvs();
});

/** Makes a store in a bucket that is not there. */
const FailingBlobStore: SubjectFactory = () => open("no-such-bucket");

testBlobStore(
  { describe, test },
  async (setting) => open(await setting.once("bucket", freshBucket)),
  {
    name: "S3BlobStore",
    has: ["shared", "content_types"],
    lacks: {
      kill: "a blob is put by one request, which the service takes whole or not at all",
    },
    also: { FailingBlobStore, ReadOnlyBlobStore },
  },
);

async function freshBucket(): Promise<string> {
  const name = randomUUID();
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return name;
}

function open(bucket: string): S3BlobStore {
  return new S3BlobStore({ bucket, endpoint: moto.endpoint, credentials, maxAttempts: 1 });
}
