/**
 * A sign of life in a folder: a socket that a process listens on for as long as it lives.
 *
 * The kernel refuses connections to it from the moment on at which the process ends, however it
 * ends, and accepts them while the process is busy or stopped.
 *
 * @packageDocumentation
 */

import { chmodSync } from "node:fs";
import { type Server, connect, createServer } from "node:net";

import { systemError } from "../anchor.js";
import type { HeldFolder } from "./folder.js";

const NAME = "alive";

/** Bytes that the path of a socket may have on every system. */
const LONGEST = 103;

/** What a look at a sign of life says; `unknown` is what cannot be told. */
export type Life = "alive" | "dead" | "none" | "unknown";

/**
 * Begin to give the sign; close the server to end it. It does not keep the process alive.
 *
 * @throws an error of the operating system if that cannot be done in this folder.
 */
export async function giveSign(folder: HeldFolder): Promise<Server> {
  const path = folder.at(NAME);
  if (Buffer.byteLength(path) > LONGEST) {
    throw systemError("ENAMETOOLONG", `the path of the parent is too long for a socket: ${path}`);
  }
  const server = createServer((visitor) => {
    visitor.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Exclusive, lest in a cluster the primary process listen in place of this one.
    server.listen({ path, exclusive: true }, resolve);
  });
  server.on("error", () => undefined); // it could not accept a visitor, who has seen enough
  server.unref();
  chmodSync(path, 0o600);
  return server;
}

/** Look whether somebody gives the sign in a folder. */
export function lookForSign(folder: HeldFolder): Promise<Life> {
  return new Promise((resolve) => {
    const visitor = connect({ path: folder.at(NAME) });
    visitor.once("connect", () => {
      visitor.destroy();
      resolve("alive");
    });
    visitor.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") resolve("dead");
      else resolve(error.code === "ENOENT" ? "none" : "unknown");
    });
  });
}
