/** A private certificate authority, made by trustme in the repository's own Python. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsOptions } from "node:tls";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const python = fileURLToPath(new URL("../../../../../.venv/bin/python", import.meta.url));
const run = promisify(execFile);

const MAKE = `
import sys, datetime, pathlib, trustme
folder = pathlib.Path(sys.argv[1])
def write(name, *blobs):
    (folder / name).write_bytes(b"".join(blob.bytes() for blob in blobs))
ca = trustme.CA()
write("ca.pem", ca.cert_pem)
past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
for name, host, until in (
    ("server", "127.0.0.1", None), ("other", "other.test", None),
    ("expired", "127.0.0.1", past), ("client", "plugin@example.test", None),
):
    leaf = ca.issue_cert(host, not_after=until)
    write(name + ".pem", *leaf.cert_chain_pems)
    write(name + ".key", leaf.private_key_pem)
    write(name + ".both", leaf.private_key_pem, *leaf.cert_chain_pems)
`;

/** A private certificate authority with its files. */
export class Authority {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<Authority> {
    const folder = await mkdtemp(join(tmpdir(), "authority-"));
    await run(python, ["-c", MAKE, folder]);
    return new Authority(folder);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** What a server shows. */
  async server(name: "server" | "other" | "expired" = "server"): Promise<TlsOptions> {
    const files = [`${name}.pem`, `${name}.key`, "ca.pem"];
    const [cert = "", key = "", ca = ""] = await Promise.all(
      files.map((file) => readFile(this.path(file), "utf8")),
    );
    return { cert, key, ca };
  }
}
