// Shuts folders in a temporary directory, and closes it, as a user whom permissions bind.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { SystemTempDir } from "@dagstack/resources/node";

const NOBODY = 65534;
const parent = mkdtempSync(join("/tmp", "shut-"));
if (process.getuid?.() === 0) {
  chownSync(parent, NOBODY, NOBODY);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}

async function shut() {
  const folder = await SystemTempDir.create({ parent });
  for (const [name, mode] of [
    ["readonly", 0o500],
    ["shut", 0],
    ["blind", 0o300],
  ]) {
    const path = await folder.createSubdir(String(name));
    mkdirSync(join(path, "inner"));
    chmodSync(join(path, "inner"), 0o700);
    mkdirSync(join(path, "inner", "most"));
    writeFileSync(join(path, "inner", "file"), "x");
    chmodSync(join(path, "inner"), Number(mode));
    chmodSync(path, Number(mode));
  }
  chmodSync(folder.path, 0);
  return folder;
}

await (await shut()).close();
const umask = process.umask(0o777);
await (await shut()).close();
process.umask(umask);
const left = readdirSync(parent);
if (left.length === 0) rmdirSync(parent);
console.log(left.length === 0 ? "gone" : left.join());
