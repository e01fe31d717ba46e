/** A service that speaks S3 and is no double. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { ACCESS_KEY, SECRET_KEY } from "./servers.js";

const program = fileURLToPath(new URL("../../../../../.venv/bin/versitygw", import.meta.url));

/** Where a service is, and how to end it. */
export interface Service {
  readonly endpoint: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly stop: () => Promise<void>;
}

/** Find the service that the environment names, or start the gateway, if it has been built. */
export async function findService(): Promise<Service | undefined> {
  const { DAGSTACK_S3_ENDPOINT: endpoint, DAGSTACK_S3_BUCKET: bucket } = process.env;
  if (endpoint !== undefined && bucket !== undefined) {
    const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY = "" } = process.env;
    const credentials = { accessKeyId, secretAccessKey: AWS_SECRET_ACCESS_KEY };
    return { endpoint, bucket, credentials, stop: () => Promise.resolve() };
  }
  return existsSync(program) ? startGateway() : undefined;
}

async function startGateway(): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-"));
  const [data, meta] = [join(folder, "data"), join(folder, "meta")];
  await mkdir(join(data, "bucket"), { recursive: true });
  await mkdir(meta);
  const port = await freePort();
  const gateway = spawn(
    program,
    [
      ...["--port", `127.0.0.1:${port}`, "--quiet"],
      ...["--access", ACCESS_KEY, "--secret", SECRET_KEY],
      ...["posix", "--sidecar", meta, data],
    ],
    { stdio: "ignore" },
  );
  const stop = async (): Promise<void> => {
    if (gateway.exitCode === null) {
      gateway.kill();
      await once(gateway, "exit");
    }
    await rm(folder, { recursive: true });
  };
  const deadline = Date.now() + 20_000;
  while (!(await answers(port))) {
    if (gateway.exitCode === null && Date.now() < deadline) await sleep(20);
    else {
      await stop();
      throw new Error("the gateway does not start");
    }
  }
  const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };
  return { endpoint: `http://127.0.0.1:${port}`, bucket: "bucket", credentials, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answered: boolean) => (): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });
}
