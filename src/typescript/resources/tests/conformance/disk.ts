/** The calls with which Node.js reaches the disk, watched or made to fail. */

import { readlinkSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";

type Rename = (from: string, to: string) => Promise<void>;

const files = createRequire(import.meta.url)("node:fs/promises") as { rename: Rename };

/** Called in place of the real thing, which it may call. */
export interface Interception {
  readonly write?: () => never;
  readonly sync?: (path: string, real: () => Promise<void>) => Promise<void>;
  readonly rename?: (to: string, real: () => Promise<void>) => Promise<void>;
}

/** Intercept calls while something is done. */
export async function intercepting(
  interception: Interception,
  body: () => Promise<void>,
): Promise<void> {
  const probe = await open("/dev/null");
  const prototype = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  // Called on the handle that the patch is called on.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const [{ write, sync }, { rename }] = [prototype, files];
  if (interception.write !== undefined) prototype.write = interception.write;
  prototype.sync = function (this: FileHandle) {
    const real = (): Promise<void> => sync.call(this);
    const path = readlinkSync(`/proc/self/fd/${this.fd}`);
    return interception.sync?.(path, real) ?? real();
  };
  files.rename = (from, to) => {
    const real = (): Promise<void> => rename(from, to);
    return interception.rename?.(to, real) ?? real();
  };
  syncBuiltinESMExports();
  try {
    await body();
  } finally {
    Object.assign(prototype, { write, sync });
    files.rename = rename;
    syncBuiltinESMExports();
  }
}

/** What a full disk says. */
export function diskFull(): never {
  throw Object.assign(new Error("ENOSPC: no space left on device"), {
    code: "ENOSPC",
    errno: -28,
    syscall: "write",
  });
}
