/**
 * What a host says about an S3 service, checked and in the words of the SDK.
 *
 * @packageDocumentation
 */

import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { InvalidArgument, isInvalidBlobKey, type Milliseconds } from "@dagstack/contracts";

import { checkKey } from "../blobs/keys.js";

/** What signs requests. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;

  /** What temporary credentials have besides. */
  readonly sessionToken?: string | undefined;

  /** When they end; a function is asked for others by then. */
  readonly expiration?: Date | undefined;
}

/** Where a service is, and how to speak to it. */
export interface S3Service {
  /**
   * The URL of a service other than Amazon's, such as `https://s3.example.org`. With `http`,
   * nothing is encrypted.
   */
  readonly endpoint?: string | undefined;

  /**
   * The region; without, what the environment says (`AWS_REGION`), and for an `endpoint`
   * `us-east-1`.
   */
  readonly region?: string | undefined;

  /**
   * The credentials, or a function that returns some and is asked again when they expire; without,
   * those of the environment or of the machine's role.
   */
  readonly credentials?: S3Credentials | (() => Promise<S3Credentials>) | undefined;

  /**
   * Whether the path of a URL begins with the name of the bucket, and not the name of its host;
   * without, only for an `endpoint`.
   */
  readonly forcePathStyle?: boolean | undefined;

  /** How often a request is sent at most, at least 1; 6 without. */
  readonly maxAttempts?: number | undefined;

  /** How long connecting may take; 5,000 without. */
  readonly connectTimeout?: Milliseconds | undefined;

  /**
   * How long one attempt may take until its answer begins, and then between two pieces of it;
   * 30,000 without. Large blobs over slow lines need more.
   */
  readonly timeout?: Milliseconds | undefined;
}

/** What a store is made from: a bucket, and a service or a client of the host's own. */
export type S3BlobStoreSettings = {
  /** The name of the bucket, which must exist. */
  readonly bucket: string;

  /**
   * The folder in the bucket where the blobs are, such as `tenants/a`. It counts towards the 1024
   * bytes that S3 allows a key; longer keys are an `InvalidBlobKey`.
   */
  readonly prefix?: string | undefined;
} & (
  | S3Service
  | {
      /** A client that the host has configured; it stays open when the store is closed. */
      readonly client: S3Client;
    }
);

/**
 * Make a client for a service.
 *
 * @throws {@link InvalidArgument} if the endpoint is no URL of a host, or a number is out of range.
 */
export function makeClient(service: S3Service): S3Client {
  const { endpoint, region, credentials, forcePathStyle } = service;
  const timeout = positive("timeout", service.timeout ?? 30_000);
  const maxAttempts = service.maxAttempts ?? 6;
  if (!(Number.isInteger(maxAttempts) && maxAttempts >= 1)) {
    throw new InvalidArgument({ argument: "maxAttempts", reason: "it is no integer from 1" });
  }
  const config: S3ClientConfig = {
    maxAttempts,
    requestHandler: {
      connectionTimeout: positive("connectTimeout", service.connectTimeout ?? 5000),
      requestTimeout: timeout,
      socketTimeout: timeout,
      throwOnRequestTimeout: true,
    },
    ...(credentials !== undefined && {
      credentials: credentials as NonNullable<S3ClientConfig["credentials"]>,
    }),
    ...(region !== undefined && { region }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
  };
  if (endpoint === undefined) return new S3Client(config);
  return new S3Client({
    region: "us-east-1",
    forcePathStyle: true,
    // Services that are not Amazon's need not know the checksums that it has introduced.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...config,
    endpoint: checkedEndpoint(endpoint),
  });
}

function checkedEndpoint(endpoint: string): string {
  const refuse = (reason: string): InvalidArgument =>
    new InvalidArgument({ argument: "endpoint", reason });
  if (!/^https?:\/\/[^/]/i.test(endpoint)) throw refuse("it is not an http or https URL");
  if (!URL.canParse(endpoint)) throw refuse("it is not a URL");
  const { port, username, password, search, hash } = new URL(endpoint);
  if (port === "0") throw refuse("it is not a URL");
  if (username + password + search + hash !== "") {
    throw refuse("it holds more than a host, a port and a path");
  }
  return endpoint.replace(/\/+$/, "");
}

/**
 * Return a prefix with the slash that ends it; the empty one stays empty.
 *
 * @throws {@link InvalidArgument} if no key can begin with it.
 */
export function folderOf(prefix: string): string {
  if (prefix === "") return "";
  const folder = prefix.replace(/\/$/, "");
  try {
    checkKey(folder);
  } catch (error) {
    if (!isInvalidBlobKey(error)) throw error;
    throw new InvalidArgument({ argument: "prefix", reason: error.reason });
  }
  return `${folder}/`;
}

function positive(argument: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgument({ argument, reason: "it is not a positive number" });
}
